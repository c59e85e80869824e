// SPDX-License-Identifier: GPL-3.0-or-later
// The `downbeat` command. Each verb is a file of this folder and loads what it needs itself, so that
// a quick verb is quick. Exit codes: 0 fine, 1 the answer is no, 2 wrong use.
import { Command, CommanderError } from "commander";
import { isAppError, messageOf } from "../base/errors.ts";
import { visibleText } from "../base/visible-text.ts";
import { version } from "./version.ts";

const program = new Command("downbeat")
  .description("A music box that plays when it gets power.")
  .version(version())
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

program
  .command("run")
  .description("play, and serve the settings, the transport and the status line")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "where the last plan and the live state are kept")
  .option("--port <number>", "HTTP port, in place of the settings'")
  .option("--null", "play into the null driver, whatever the settings say")
  .option("--for <seconds>", "stop after this much music")
  .option("--record <file>", "write what is played to a WAV or FLAC file")
  .option("--trace <file>", "write what nodes cost and what happens, for Perfetto or chrome://tracing")
  .option("--attach", "never start the engine: wait for the one that systemd starts")
  .action(async (options) => run(async () => (await import("./run.ts")).runVerb(options)));

program
  .command("check [file]")
  .description("check a settings file, and the session and racks that it names")
  .option("--json", "facts for programs")
  .action(async (file, options) => run(async () => (await import("./check.ts")).checkVerb(file, options)));

program
  .command("edit [file]")
  .description("the settings in your editor, or another file beside them; what has mistakes is not written")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .action(async (file, options) => run(async () => (await import("./edit.ts")).editVerb(file, options)));

const settings = program.command("settings").description("the settings of before: the last 20 good ones");

settings
  .command("list")
  .description("every snapshot by its number, and what differs")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./settings.ts")).listVerb(options)));

settings
  .command("diff [from] [to]")
  .description("line by line, from a snapshot to another, or to what the settings say now")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (...[from, to, options]) =>
    run(async () => (await import("./settings.ts")).diffVerb(from, to, options)),
  );

settings
  .command("restore <number>")
  .description("put a snapshot back, comments and all; what it replaces is a snapshot then")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (number, options) =>
    run(async () => (await import("./settings.ts")).restoreVerb(number, options)),
  );

program
  .command("doctor")
  .description("why is it silent? Looks at everything between the plug and the loudspeaker")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./doctor.ts")).doctorVerb(options)));

program
  .command("devices")
  .description("audio devices and MIDI ports that are here now, and who is at the ports of the settings")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./devices.ts")).devicesVerb(options)));

program
  .command("status")
  .description("what the running engine says of itself")
  .option("--state <folder>", "state folder")
  .option("--watch", "again and again")
  .option("--clock", "how late the MIDI clock is, and what waits, port by port")
  .option("--csv [file]", "with --clock: how often each microsecond of lateness was seen, for plots")
  .option("--reset", "with --clock: count from 0 again, after this answer")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./status.ts")).statusVerb(options)));

program
  .command("link [action]")
  .description(
    "how well the box is tied to the others on Ableton Link (status); how long sound takes, measured by a cable from output to input (calibrate)",
  )
  .option("--state <folder>", "state folder")
  .option("--config <file>", "calibrate: settings file")
  .option("--write", "calibrate: write the result to the settings")
  .option("--json", "facts for programs")
  .action(async (action = "status", options) =>
    run(async () => (await import("./link.ts")).linkVerb(action, options)),
  );

program
  .command("render <file>")
  .description("write a session or rack to a sound file, faster than time")
  .option("--out <file>", "WAV or FLAC file")
  .option("--stems <folder>", "one file for each rack and bus as well")
  .option("--bars <number>", "length in bars of four beats")
  .option("--seconds <number>", "length in seconds")
  .option("--tail <seconds>", "then let it ring out for so long")
  .option("--rate <hz>", "sample rate; the file's own otherwise")
  .option("--threads <number>", "processors to use; the samples are the same")
  .option("--block <frames>", "frames written at once; the samples are the same")
  .option("--sha256", "print the hash of the samples")
  .option("--events", "print every event with time, bar and step")
  .option("--latency", "print where latency comes from")
  .option("--config <file>", "with the live tracks of these settings")
  .option("--json", "facts for programs")
  .action(async (file, options) => run(async () => (await import("./render.ts")).renderVerb(file, options)));

const profile = program.command("profile").description("profiles of synths: their controllers by name");

profile
  .command("list")
  .description("every profile there is, and at which ports their synths are")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./profile.ts")).listVerb(options)));

profile
  .command("show <id>")
  .description("what a profile says of its synth")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (id, options) => run(async () => (await import("./profile.ts")).showVerb(id, options)));

profile
  .command("lint <file...>")
  .description("every mistake in profiles, and what is probably not meant")
  .option("--json", "facts for programs")
  .action(async (files, options) => run(async () => (await import("./profile.ts")).lintVerb(files, options)));

profile
  .command("send <parameter> <value>")
  .description("set a parameter of the synth at a port: 0 to 1, or a label")
  .option("--port <id>", "id of the synth's port; not needed when one synth has the parameter")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (...[parameter, value, options]) =>
    run(async () => (await import("./profile-send.ts")).sendVerb(parameter, value, options)),
  );

profile
  .command("bytes <profile> <parameter> <value>")
  .description("the MIDI bytes of a value: 0 to 1, or a label")
  .option("--channel <number>", "MIDI channel, 1 to 16; the profile's otherwise")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (...[id, parameter, value, options]) =>
    run(async () => (await import("./profile.ts")).bytesVerb(id, parameter, value, options)),
  );

profile
  .command("import <path>")
  .description("make profiles of a file or folder: MIDI Guide, Oxi, Hapax, MIDNAM, Cirklon")
  .option("--out <folder>", "where to write them; the settings' folder otherwise")
  .option("--replace", "also over files that are there, and instead of profiles built in")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (from, options) =>
    run(async () => (await import("./profile-import.ts")).importVerb(from, options)),
  );

profile
  .command("export <id>")
  .description("a profile as another program's file")
  .requiredOption("--format <name>", "hapax or oxiindef")
  .option("--out <file>", "write it there")
  .option("--config <file>", "settings file")
  .action(async (id, options) => run(async () => (await import("./profile.ts")).exportVerb(id, options)));

const map = program.command("map").description("what knobs, keys and pads do");

map
  .command("learn <target> [param]")
  .description("map the control that you move: learn synth filter.cutoff, learn drums:kick gain")
  .option("--port <id>", "listen to this port alone")
  .option("--reading <name>", "what a value means, when you know: toggle, twosComplement and so on")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (...[target, param, options]) =>
    run(async () => (await import("./map.ts")).learnVerb(target, param, options)),
  );

map
  .command("list")
  .description("every mapping, and what does nothing and why")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./map.ts")).listVerb(options)));

map
  .command("watch")
  .description("every message that comes in, in words, and the mapping that takes it")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs, one line each")
  .action(async (options) => run(async () => (await import("./map.ts")).watchVerb(options)));

const panel = program.command("panel").description("knobs, pads, lights and display on the front");

panel
  .command("list")
  .description("every board there is, and which one is on the front")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./panel.ts")).listVerb(options)));

panel
  .command("show [board]")
  .description("what is on a board, where it is wired and what it does; the board on the front unless named")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (board, options) => run(async () => (await import("./panel.ts")).showVerb(board, options)));

panel
  .command("watch")
  .description("every edge, step and press of the panel, and what each control has seen")
  .option("--control <id>", "this control alone")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs, one line each")
  .action(async (options) => run(async () => (await import("./panel.ts")).watchVerb(options)));

panel
  .command("screenshot [file]")
  .description("what the display shows now, or would show, as a PNG picture (display.png)")
  .option("--page <name>", "another page: play, parameter, network, trouble, boot, shutdown")
  .option("--scale <number>", "pixels for each of the display's, 1 to 16", "4")
  .option("--url <address>", "of the HTTP interface; the settings' otherwise")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (file, options) =>
    run(async () => (await import("./panel-screenshot.ts")).screenshotVerb(file, options)),
  );

panel
  .command("page [name]")
  .description("keep a page on the display; auto lets it change by itself; which one is shown now")
  .option("--url <address>", "of the HTTP interface; the settings' otherwise")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (name, options) =>
    run(async () => (await import("./panel-page.ts")).pageVerb(name, options)),
  );

const route = program.command("route").description("MIDI from inputs to outputs");

route
  .command("list")
  .description("every route, what it has carried, and what does nothing and why")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./route.ts")).listVerb(options)));

const scene = program
  .command("scene")
  .description("scenes: snapshots of many parameters, called back as one");

scene
  .command("list")
  .description("every scene of the settings, and which was called last")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./scene.ts")).listVerb(options)));

scene
  .command("recall <scene>")
  .description("call a scene back")
  .option("--start <when>", "now, on the next beat or on the next bar; else as the scene is written")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (id, options) => run(async () => (await import("./scene.ts")).recallVerb(id, options)));

scene
  .command("save <scene>")
  .description("what hands have moved becomes a scene, in the settings file")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (id, options) => run(async () => (await import("./scene.ts")).saveVerb(id, options)));

scene
  .command("remove <scene>")
  .description("take a scene out of the settings file")
  .option("--config <file>", "settings file")
  .option("--json", "facts for programs")
  .action(async (id, options) => run(async () => (await import("./scene.ts")).removeVerb(id, options)));

const track = program.command("track").description("live tracks: what they are, and turning them");

track
  .command("list")
  .description("every live track that plays, with its parameters")
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (options) => run(async () => (await import("./track.ts")).listVerb(options)));

track
  .command("set <track> <parameter> <value>")
  .description("turn a parameter of a live track: set lead density 0.5, set lead root A3")
  .option("--state <folder>", "state folder")
  .option("--json", "facts for programs")
  .action(async (...[id, parameter, value, options]) =>
    run(async () => (await import("./track.ts")).setVerb(id, parameter, value, options)),
  );

program
  .command("stop")
  .description("end the engine that plays from a state folder, with note-offs")
  .option("--state <folder>", "state folder")
  .action(async (options) => run(async () => (await import("./stop.ts")).stopVerb(options)));

const completion = program.command("completion").description("the TAB key for this command, in your shell");

for (const shell of ["bash", "zsh"] as const) {
  completion
    .command(shell)
    .description(`print it for ${shell}: source <(downbeat completion ${shell})`)
    .action(async () => run(async () => (await import("./completion.ts")).scriptVerb(shell, program)));
}

completion
  .command("values <kind> [words...]", { hidden: true })
  .option("--config <file>", "settings file")
  .option("--state <folder>", "state folder")
  .action(async (kind, words, options) =>
    run(async () => (await import("./completion-values.ts")).valuesVerb(kind, words, options)),
  );

/** Runs a verb, prints what went wrong as a sentence and sets the exit code. */
async function run(verb: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await verb();
  } catch (error) {
    const lines = messageOf(error).split("\n").map(visibleText);
    process.stderr.write(`${isAppError(error) ? `${error.code} ` : ""}${lines.join("\n")}\n`);
    if (!isAppError(error) && error instanceof Error && error.stack !== undefined)
      process.stderr.write(`${error.stack.split("\n").map(visibleText).join("\n")}\n`);
    process.exitCode = isAppError(error, "WRONG_USE") ? 2 : 1;
  }
}

// Nobody reads on, as after `| head`: a verb has said enough. What plays goes on, without a word.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (process.argv[2] !== "run") process.exit();
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
