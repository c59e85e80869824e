// SPDX-License-Identifier: GPL-3.0-or-later
// The wiring: settings and session files to plans, plans to the engine, the engine to whoever asks.
// Nothing here is on the way of a note; when this process stands still, the music goes on.

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError, isAppError, messageOf } from "../base/errors.ts";
import { TypedEvents } from "../base/events.ts";
import type { EngineClient, EngineNotice, PlanAnswer } from "../binding/engine-client.ts";
import type { EngineStatus } from "../binding/engine-status.ts";
import type { SessionPlan } from "../binding/plan/plan.ts";
import { SETTINGS_SECTIONS } from "../config/diff-settings.ts";
import { loadAtStart, startWithDefaults } from "../config/load-settings.ts";
import { namesSynth } from "../config/mapping-target.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import type { Settings } from "../config/schema.ts";
import { SettingsWatcher } from "../config/settings-watcher.ts";
import { OscSender } from "../control/osc/osc-sender.ts";
import { BoardKeeper } from "./board-keeper.ts";
import { DisplayDesk } from "./display-desk.ts";
import { EngineFace } from "./engine-face.ts";
import { EngineSupervisor } from "./engine-supervisor.ts";
import { HealthReporter } from "./health-reporter.ts";
import { LinkReporter } from "./link-reporter.ts";
import type { LogHandle } from "./log.ts";
import { mappingWorld } from "./mapping-source.ts";
import { MoveDesk } from "./move-desk.ts";
import { isFresh, outsideMessage } from "./outside-desk.ts";
import { askPanel, PanelComplaints, PanelDesk } from "./panel-desk.ts";
import { isWorthAPage, PictureSource } from "./picture-source.ts";
import type { Places } from "./places.ts";
import { PlanKeeper } from "./plan-keeper.ts";
import { ProfileKeeper } from "./profile-keeper.ts";
import type { PortProfile } from "./profile-source.ts";
import { RemoteControl } from "./remote-control.ts";
import { SceneDesk } from "./scene-desk.ts";
import { SequencerDesk } from "./sequencer-desk.ts";
import { ServiceManager } from "./service-manager.ts";
import { buildPlan, loadSession, ourCatalog, sessionFile, shippedSession } from "./session-source.ts";
import { STRIKES_FOR_DEFAULTS, StrikeBook } from "./strike-book.ts";
import { SynthDesk } from "./synth-desk.ts";
import { SynthFinder } from "./synth-finder.ts";
import { TroubleBoard, type TroubleTopic } from "./trouble-board.ts";

export interface DaemonOptions {
  readonly places: Places;
  readonly log: LogHandle;
  readonly version: string;
  readonly isNull: boolean;
  /** False on the box: systemd starts the engine. */
  readonly startsEngine: boolean;
  readonly engineArguments: readonly string[];
  /** In place of the settings' port. */
  readonly port: number | null;
}

interface DaemonEvents {
  /** The engine ended by itself, as `--for` asks. */
  ended: undefined;
  /** Something that the status line shows: the newest status of the engine. */
  statusChanged: EngineStatus;
}

const STATUS_EVERY_MS = 1000;

/** What the profiles of the synths are made of. */
const PROFILE_SECTIONS = ["midi", "profiles", "cc_profiles"];

export class Daemon {
  readonly events = new TypedEvents<DaemonEvents>();
  readonly #options: DaemonOptions;
  readonly #abort = new AbortController();
  readonly #remote: RemoteControl;
  readonly #supervisor: EngineSupervisor;
  readonly #face: EngineFace;
  readonly #health: HealthReporter;
  readonly #link = new LinkReporter();
  readonly #moves: MoveDesk;
  readonly #osc = new OscSender();
  readonly #manager: ServiceManager;
  readonly #board: BoardKeeper;
  readonly #complaints = new PanelComplaints();
  readonly #profiles: ProfileKeeper;
  readonly #finder: SynthFinder;
  readonly #plans: PlanKeeper;
  readonly #scenes: SceneDesk;
  readonly #sequencer: SequencerDesk;
  readonly #troubles = new TroubleBoard();
  readonly #pictures: PictureSource;
  readonly #display: DisplayDesk;
  readonly #strikes: StrikeBook;
  /** Why the default settings are in force; empty when the owner's are. */
  #trouble = "";
  #settings: Settings | null = null;
  #session: SessionPlan | null = null;
  #watcher: SettingsWatcher | null = null;
  #statusTimer: NodeJS.Timeout | null = null;
  #saidAudio = "";
  #saidRefusal = "";
  #nodeNames: readonly string[] = [];
  #nodeIndices: ReadonlyMap<string, number> = new Map();
  #sessionFiles: readonly string[] = [];
  /** Changes are taken one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#supervisor = new EngineSupervisor({
      stateFolder: options.places.stateFolder,
      log: options.log,
      startsEngine: options.startsEngine,
      engineArguments: [
        ...options.engineArguments,
        ...(options.isNull ? ["--null"] : []),
        "--first-plan",
        firstPlanFile(options.places.stateFolder),
      ],
    });
    this.#face = new EngineFace(() => this.#supervisor.client?.memory ?? null);
    this.#moves = new MoveDesk({
      send: (command) => this.#face.send(command),
      state: () => this.#face.state,
    });
    this.#face.events.on("happened", (event) => this.#moves.takeEvent(event));
    this.#moves.events.on("moved", (move) => {
      const outside = outsideMessage(move);
      if (outside !== null && isFresh(move, this.#face.state)) this.#osc.send(outside.to, outside.message);
      if (isWorthAPage(move)) this.#display.touch();
      else if (move.source === "hand") this.#display.wake();
    });
    this.#strikes = new StrikeBook({ stateFolder: options.places.stateFolder });
    this.#health = new HealthReporter({
      face: this.#face,
      log: options.log,
      trouble: () => this.#trouble,
    });
    this.#manager = new ServiceManager({ isWell: () => this.#health.isWell, log: options.log });
    this.#finder = new SynthFinder({ ...options.places, log: options.log });
    this.#board = new BoardKeeper({
      settingsFile: options.places.settingsFile,
      log: options.log,
      report: (problems) => this.#report(problems, "panel"),
    });
    this.#profiles = new ProfileKeeper({
      settingsFile: options.places.settingsFile,
      log: options.log,
      found: () => this.#finder.found,
      report: (problems) => this.#report(problems, "profiles"),
      watch: () => this.#watchFiles(),
    });
    const { log, version, port, isNull } = options;
    this.#sequencer = new SequencerDesk({
      stateFolder: options.places.stateFolder,
      log,
      state: () => this.#face.state,
      hostMicros: () => this.#face.hostMicros(),
      send: (command) => this.#face.send(command),
      request: (type, fields) => this.#askEngine(type, fields),
      nodeIndex: (name) => this.#nodeIndices.get(name),
      onChange: () => this.#playChange(),
    });
    this.#pictures = new PictureSource({
      version,
      startsEngine: options.startsEngine,
      state: () => this.#face.state,
      isBeating: () => this.#face.isBeating,
      hostMicros: () => this.#face.hostMicros(),
      mapping: () => this.#moves.picture(),
      health: this.#health,
      link: this.#link,
      troubles: () => [...this.#health.troubles, ...this.#troubles.sentences],
      url: () => this.#remote.url,
    });
    this.#display = new DisplayDesk({ log, pictures: this.#pictures });
    this.#face.events.on("asked", () => {
      this.#sequencer.touch();
      this.#display.wake();
    });
    this.#plans = new PlanKeeper({
      log,
      isNull,
      build: (settings, session, how) =>
        buildPlan(settings, session, {
          ...how,
          change: (tracks) => this.#sequencer.change(tracks, settings.sequencer),
        }),
    });
    this.#scenes = new SceneDesk({
      settingsFile: options.places.settingsFile,
      settings: () => this.#settings,
      session: () => this.#plans.plan?.session ?? null,
      profiles: () => this.#profiles.ports,
      catalog: ourCatalog,
      send: (command) => this.#face.send(command),
      request: (type, fields) => this.#askEngine(type, fields),
      isPlaying: () => this.#face.state?.status === "playing",
    });
    this.#remote = new RemoteControl({
      transport: this.#face,
      health: this.#health,
      midiPorts: () => this.#health.midiPorts,
      link: this.#link,
      synths: new SynthDesk(
        () => this.#profiles.ports,
        (type, fields) => {
          if (type === "midi") this.#sequencer.touch();
          return this.#askEngine(type, fields);
        },
      ),
      mapping: this.#moves,
      sequencer: this.#sequencer,
      scenes: this.#scenes,
      panel: new PanelDesk(
        () => this.#board,
        (type, fields) => this.#askEngine(type, fields),
      ),
      display: this.#display,
      log,
      version,
      port,
    });
  }

  get face(): EngineFace {
    return this.#face;
  }

  /** Names of nodes by the index that commands and telemetry use. */
  get nodeNames(): readonly string[] {
    return this.#nodeNames;
  }

  /** The synths at the ports, by what their profiles say. */
  get profiles(): readonly PortProfile[] {
    return this.#profiles.ports;
  }

  /** What was set aside or left out so that something plays; for displays. */
  get troubles(): readonly string[] {
    return this.#health.troubles;
  }

  /** Where the transport is served; undefined while it is not. */
  get url(): string | undefined {
    return this.#remote.url;
  }

  async start(): Promise<void> {
    const { places, log } = this.#options;
    await mkdir(places.stateFolder, { recursive: true, mode: 0o700 });
    const strikes = await this.#strikes.begin();
    this.#supervisor.events.on("connected", (client) => this.#enqueue(() => this.#handOver(client)));
    this.#supervisor.events.on("lost", ({ reason }) => log.warn({}, `${reason}: looking for it again`));
    this.#supervisor.events.on("notice", (notice) => this.#onNotice(notice));
    this.#supervisor.events.on("ended", () => this.events.emit("ended", undefined));
    const hasPlan = existsSync(lastPlanFile(places.stateFolder));
    // An engine that has a plan need not wait for ours.
    if (hasPlan) this.#supervisor.start();

    const start =
      strikes >= STRIKES_FOR_DEFAULTS
        ? await startWithDefaults(places.settingsFile, strikeSentence(strikes, places.settingsFile))
        : await loadAtStart(places.settingsFile, places.stateFolder);
    if (strikes >= STRIKES_FOR_DEFAULTS) this.#trouble = start.sentence;
    this.#strikes.say(this.#trouble);
    this.#settings = start.settings;
    this.#pictures.takeSettings();
    log.level = start.settings.log.level;
    if (start.source !== "file") log.warn({}, start.sentence);
    this.#report(start.problems, "settings");
    await this.#sequencer.load();
    if (!this.#hasTrouble) this.#sequencer.take(start.settings.sequencer);
    this.#watcher = new SettingsWatcher({
      file: places.settingsFile,
      stateFolder: places.stateFolder,
      settings: start.settings,
      loaded: start.loaded,
      log,
    });
    await this.#board.load(start.settings).catch((error: unknown) => log.error({}, messageOf(error)));
    this.#display.take(start.settings.panel.display, this.#board.board?.display ?? null);
    await this.#finder.start();
    // A knob that moves a synth is in the first plan already; without one nobody waits for profiles.
    if (this.#usesSynths)
      await this.#loadProfiles().catch((error: unknown) => log.error({}, messageOf(error)));
    if (!this.#hasTrouble) await this.#loadSession();
    if (!hasPlan && this.#session === null) await this.#loadShippedSession();
    if (!hasPlan) {
      const { plan } = this.#plans;
      if (plan !== null)
        await writeFile(firstPlanFile(places.stateFolder), JSON.stringify(plan), { mode: 0o600 });
      this.#supervisor.start();
    }
    // An engine that was connected before this plan was there is waiting for it.
    this.#enqueue(async () => void (await this.#sendPlan()));
    if (!this.#profiles.isLoaded) this.#enqueue(() => this.#loadProfiles());
    this.#face.start();
    this.#health.start();
    this.#link.start();
    this.#statusTimer = setInterval(() => void this.#askStatus(), STATUS_EVERY_MS);
    this.#watcher.events.on("changed", (change) =>
      this.#enqueue(() => this.#takeSettings(change.settings, change.sections, change.problems)),
    );
    this.#watcher.events.on("refused", ({ problems }) => {
      this.#report(problems, "settings");
      log.warn({}, "the settings were not taken: what was good before plays on");
    });
    this.#watcher.events.on("fileChanged", ({ file }) => this.#enqueue(() => this.#takeFile(file)));
    await this.#watcher.start(this.#abort.signal);
    await this.#remote.start(this.#settings ?? start.settings);
    this.#manager.start();
  }

  /** Looks at every file again, as SIGHUP asks for. */
  async reload(): Promise<void> {
    await this.#watcher?.reload();
    if (this.#hasTrouble) return;
    this.#enqueue(() => this.#reloadBoard());
    this.#enqueue(() => this.#reloadProfiles());
    this.#enqueue(() => this.#reloadSession());
    await this.#work;
  }

  /** Ends what was started, the engine with its note-offs; one of systemd's plays on. */
  async stop(): Promise<void> {
    this.#manager.stop();
    this.#sequencer.stop();
    this.#abort.abort();
    if (this.#statusTimer !== null) clearInterval(this.#statusTimer);
    await this.#display.stop();
    await this.#remote.stop();
    await this.#watcher?.stop();
    this.#health.stop();
    this.#link.stop();
    this.#moves.stop();
    this.#osc.stop();
    this.#face.stop();
    await this.#strikes.takeBack();
    await this.#supervisor.stop();
    this.events.clear();
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work
      .then(work)
      .catch((error: unknown) => this.#options.log.error({}, messageOf(error)));
  }

  #report(problems: readonly Problem[], topic: TroubleTopic): void {
    this.#troubles.set(topic, problems);
    for (const problem of problems) {
      const sentence = formatProblem(problem);
      if (problem.severity === "warning") this.#options.log.warn({}, sentence);
      else this.#options.log.error({}, sentence);
    }
  }

  /** Reads the session that the settings name; one with mistakes leaves what plays alone. */
  async #loadSession(): Promise<boolean> {
    if (this.#settings === null) return false;
    const file = sessionFile(this.#settings, this.#options.places.settingsFile);
    const result = await loadSession(file, { settingsFile: this.#options.places.settingsFile });
    this.#report(result.problems, "session");
    this.#sessionFiles = result.files;
    await this.#watchFiles();
    if (result.plan === null) {
      const what =
        this.#session !== null
          ? "what was good before plays on"
          : existsSync(lastPlanFile(this.#options.places.stateFolder))
            ? "the engine plays its last plan"
            : "the session that comes with Downbeat plays";
      this.#options.log.warn({}, `${file} was not taken: ${what}`);
      return false;
    }
    this.#session = result.plan;
    this.#buildPlan("all");
    return true;
  }

  /** On a first start a session that cannot be read costs the session: devices, ports and mappings are the owner's. */
  async #loadShippedSession(): Promise<void> {
    const { plan } = await loadSession(shippedSession());
    if (plan === null) return;
    this.#session = plan;
    this.#buildPlan("all");
  }

  async #loadProfiles(): Promise<void> {
    if (this.#settings !== null) await this.#profiles.load(this.#settings);
  }

  /** What is mapped to a synth, or locked by a track, is made of its profile. */
  async #reloadProfiles(): Promise<void> {
    await this.#loadProfiles();
    if (this.#usesSynths && this.#buildPlan("news")) await this.#sendPlan();
  }

  /** What is on the front is read anew, and what is mapped to it is made of that. */
  async #reloadBoard(): Promise<void> {
    if (this.#settings === null) return;
    await this.#board.load(this.#settings);
    this.#display.take(this.#settings.panel.display, this.#board.board?.display ?? null);
    await this.#watchFiles();
    if (this.#buildPlan("news")) await this.#sendPlan();
  }

  async #findSynths({ midi }: EngineStatus): Promise<void> {
    // Default settings know none of the ports: nothing is forgotten because of them.
    if (this.#settings === null || this.#hasTrouble) return;
    if (!(await this.#finder.look(this.#settings, midi.ports))) return;
    await this.#reloadProfiles();
  }

  get #usesSynths(): boolean {
    if (this.#settings === null) return false;
    return namesSynth(this.#settings) || this.#settings.sequencer.tracks.length > 0;
  }

  async #watchFiles(): Promise<void> {
    await this.#watcher?.watchFiles([...this.#sessionFiles, ...this.#profiles.files, ...this.#board.files]);
  }

  async #takeFile(file: string): Promise<void> {
    if (this.#board.files.includes(file)) await this.#reloadBoard();
    else if (this.#profiles.files.includes(file)) await this.#reloadProfiles();
    else await this.#reloadSession();
  }

  /** @returns whether the plan is another than before */
  #buildPlan(says: "all" | "news"): boolean {
    if (this.#settings === null || this.#session === null) return false;
    const profiles = this.#profiles.isLoaded ? this.#profiles.ports : null;
    const { board } = this.#board;
    const pieces = { settings: this.#settings, session: this.#session, profiles, board };
    this.#moves.take(mappingWorld({ ...pieces, catalog: ourCatalog() }));
    return this.#plans.build(pieces, says);
  }

  async #reloadSession(): Promise<void> {
    if (!(await this.#loadSession())) return;
    await this.#sendPlan();
  }

  async #takeSettings(
    settings: Settings,
    sections: readonly string[],
    problems: readonly Problem[],
  ): Promise<void> {
    this.#settings = settings;
    this.#options.log.level = settings.log.level;
    this.#report(problems, "settings");
    if (this.#hasTrouble) {
      // What it died of is another now, and is given its chance.
      this.#trouble = "";
      this.#strikes.say("");
      this.#strikes.forget();
      await this.#takeSettings(settings, SETTINGS_SECTIONS, []);
      return;
    }
    if (sections.length === 0) return;
    this.#sequencer.take(settings.sequencer);
    this.#options.log.info({ sections }, `settings taken: ${sections.join(", ")}`);
    if (sections.includes("panel")) {
      await this.#board.load(settings);
      this.#display.take(settings.panel.display, this.#board.board?.display ?? null);
      await this.#watchFiles();
    }
    const isAboutProfiles = PROFILE_SECTIONS.some((section) => sections.includes(section));
    const isMapped = this.#usesSynths;
    // In time for the plan when it is made of them; else nothing waits for them.
    if (isAboutProfiles && isMapped) await this.#loadProfiles();
    if (!sections.includes("session") || !(await this.#loadSession())) this.#buildPlan("all");
    await this.#sendPlan();
    await this.#remote.take(settings, sections);
    if (isAboutProfiles && !isMapped) await this.#loadProfiles();
  }

  get #hasTrouble(): boolean {
    return this.#trouble !== "";
  }

  async #handOver(client: EngineClient): Promise<void> {
    const { hello } = client;
    this.#options.log.debug({ hello }, `connected to the engine, pid ${hello.pid}`);
    if (hello.engineVersion !== this.#options.version) {
      this.#options.log.warn(
        {},
        `the engine is version ${hello.engineVersion}, this is ${this.#options.version}: they go on with what both know`,
      );
    }
    const { note } = ((await client.request("status")).status as EngineStatus).engine;
    const isMeant = await this.#sendPlan();
    // Said before this process was connected: nobody heard it.
    if (note !== "")
      this.#options.log.warn({}, isMeant ? `${note}. The plan of the settings takes its place` : note);
    if (this.#board.board !== null) await this.#sayComplaints();
    await this.#askStatus();
  }

  /** What of the panel is not there. */
  async #sayComplaints(): Promise<void> {
    try {
      const { complaints } = await askPanel((type, fields) => this.#askEngine(type, fields));
      for (const sentence of this.#complaints.take(complaints)) this.#options.log.warn({}, sentence);
    } catch (error) {
      // An engine of before there were panels, or one that went away meanwhile.
      this.#options.log.debug({}, messageOf(error));
    }
  }

  /** @returns false when the engine is not to play it; one that is not built yet is sent later */
  async #sendPlan(): Promise<boolean> {
    const client = this.#supervisor.client;
    if (client === null) return true;
    // It plays what its owner wants: default settings are no reason to end that.
    if (this.#hasTrouble && client.hello.planHash !== "") return false;
    const { plan } = this.#plans;
    if (plan === null) return true;
    let answer: PlanAnswer;
    try {
      answer = await client.sendPlan(plan);
    } catch (error) {
      if (!isAppError(error, "PLAN_SET_ASIDE")) throw error;
      if (this.#saidRefusal !== messageOf(error)) this.#options.log.warn({}, messageOf(error));
      this.#saidRefusal = messageOf(error);
      return false;
    }
    this.#saidRefusal = "";
    const names: string[] = [];
    for (const [name, index] of Object.entries(answer.nodes)) names[index] = name;
    this.#nodeNames = names;
    this.#nodeIndices = new Map(Object.entries(answer.nodes));
    if (answer.changed.length > 0)
      this.#options.log.debug(
        { changed: answer.changed },
        `the engine took the plan: ${answer.changed.join(", ")}`,
      );
    // Of what is new: banks, ports, nodes.
    void this.#askStatus();
    return true;
  }

  /** A track has changed by itself: a small change of the plan. */
  #playChange(): Promise<void> {
    this.#enqueue(async () => {
      if (this.#buildPlan("news")) await this.#sendPlan();
    });
    return this.#work;
  }

  async #askEngine(type: string, fields?: Record<string, unknown>): Promise<Record<string, unknown>> {
    const client = this.#supervisor.client;
    if (client === null)
      throw new AppError("ENGINE_AWAY", "expected an engine that plays, got none. Try again in a second.");
    return client.request(type, fields);
  }

  #onNotice(notice: EngineNotice): void {
    if (!this.#complaints.isNews(notice)) return;
    const sentence = String(notice.message ?? notice.event);
    const level = notice.level;
    if (level === "error") this.#options.log.error({ event: notice.event }, sentence);
    else if (level === "warn") this.#options.log.warn({ event: notice.event }, sentence);
    else this.#options.log.debug({ event: notice.event }, sentence);
    void this.#askStatus();
  }

  async #askStatus(): Promise<void> {
    const client = this.#supervisor.client;
    if (client === null) return;
    try {
      const status = (await client.request("status")).status as EngineStatus;
      this.#health.takeStatus(status);
      this.#link.takeStatus(status);
      this.#pictures.takeStatus(status);
      this.#moves.takeStatus(status.mapping);
      this.#scenes.takeStatus(status.mapping);
      this.#sayAudio(status);
      this.#enqueue(() => this.#findSynths(status));
      this.events.emit("statusChanged", status);
    } catch {
      // The engine went away meanwhile; the supervisor says so.
    }
  }

  /** Which device plays, or why none does: when it is known, and when it changes. */
  #sayAudio({ audio }: EngineStatus): void {
    if (audio.isOpening || audio.sentence === "" || audio.sentence === this.#saidAudio) return;
    this.#saidAudio = audio.sentence;
    if (audio.isFallback) this.#options.log.warn({}, audio.sentence);
    else this.#options.log.info({}, audio.sentence);
  }
}

function strikeSentence(strikes: number, settingsFile: string): string {
  return `Downbeat ended ${strikes} times within a minute of its start: it runs with the default settings, until ${settingsFile} is saved with a change. What the engine plays goes on`;
}

/** Of the engine: what it plays after power. */
function lastPlanFile(stateFolder: string): string {
  return path.join(stateFolder, "last-plan.json");
}

function firstPlanFile(stateFolder: string): string {
  return path.join(stateFolder, "first-plan.json");
}
