// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat panel`: what is built into the box's front. Each verb is a file of its own.
import type { Command } from "commander";

/** Runs a verb, prints what went wrong and sets the exit code. */
type VerbRunner = (verb: () => Promise<number>) => Promise<void>;

export function addPanelVerbs(program: Command, run: VerbRunner): void {
  const panel = program.command("panel").description("the box's front: its display");

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
}
