// SPDX-License-Identifier: GPL-3.0-or-later
// The doors for other programs: HTTP with its WebSockets, and OSC. They are opened, changed and closed as the
// settings say; one that cannot be opened costs remote control, never the gig.

import { messageOf } from "../base/errors.ts";
import type { Settings } from "../config/schema.ts";
import type {
  ControlServer,
  ControlServerDependencies,
  ControlServerSettings,
} from "../control/http/control-server.ts";
import type { OscServer } from "../control/osc/osc-server.ts";

export interface RemoteControlOptions extends Omit<ControlServerDependencies, "settings"> {
  /** In place of the HTTP port of the settings. */
  readonly port: number | null;
}

/** Thread: control. Its calls must not overlap. */
export class RemoteControl {
  readonly #options: RemoteControlOptions;
  readonly #abort = new AbortController();
  #http: ControlServer | null = null;
  #osc: OscServer | null = null;

  constructor(options: RemoteControlOptions) {
    this.#options = options;
  }

  /** Where the transport is served; undefined while it is not. */
  get url(): string | undefined {
    return this.#http?.url;
  }

  async start({ http, osc }: Pick<Settings, "http" | "osc">): Promise<void> {
    await this.#startHttp(http);
    await this.#startOsc(osc);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#http?.stop();
    await this.#osc?.stop();
  }

  /** @param sections - those that changed */
  async take(settings: Settings, sections: readonly string[]): Promise<void> {
    if (sections.includes("http")) await this.#takeHttp(settings.http);
    if (sections.includes("osc")) {
      await this.#osc?.stop();
      this.#osc = null;
      await this.#startOsc(settings.osc);
    }
  }

  /** Clients stay when only rates and limits change. */
  async #takeHttp(http: Settings["http"]): Promise<void> {
    if (http.enabled && this.#http?.adapt(this.#serverSettings(http)) === true) return;
    await this.#http?.stop();
    this.#http = null;
    await this.#startHttp(http);
  }

  #serverSettings({ port, enabled: _, ...http }: Settings["http"]): ControlServerSettings {
    return { ...http, port: this.#options.port ?? port };
  }

  async #startHttp(http: Settings["http"]): Promise<void> {
    if (!http.enabled) return;
    const { port: _, ...dependencies } = this.#options;
    // Loaded late: the music does not wait for a web server.
    const { ControlServer } = await import("../control/http/control-server.ts");
    const settings = this.#serverSettings(http);
    const server = new ControlServer({ ...dependencies, settings });
    try {
      await server.start(this.#abort.signal);
      this.#http = server;
    } catch (error) {
      dependencies.log.error({}, messageOf(error));
    }
  }

  async #startOsc(osc: Settings["osc"]): Promise<void> {
    if (!osc.enabled) return;
    const { transport, mapping, sequencer, scenes, log } = this.#options;
    const { OscServer } = await import("../control/osc/osc-server.ts");
    const server = new OscServer({ settings: osc, transport, mapping, sequencer, scenes, log });
    try {
      await server.start(this.#abort.signal);
      this.#osc = server;
    } catch (error) {
      log.error({}, messageOf(error));
    }
  }
}
