// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat edit`: the settings, or another file of the owner, in an editor. What is saved with mistakes is
// not written; the box plays on meanwhile, whatever is in the copy.
import path from "node:path";
import {
  bothEdits,
  EditedCopy,
  editedFile,
  errorsOf,
  expectWritable,
  goodEdits,
  readEdited,
  writeEdited,
} from "../app/edit-desk.ts";
import { findPlaces, type Places } from "../app/places.ts";
import { unifiedDiff } from "../base/line-edits.ts";
import { visibleText } from "../base/visible-text.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import { checkFile } from "./check.ts";
import { editorCommand, openEditor, Questions } from "./editor.ts";
import { engineStatus } from "./engine-state.ts";

export async function editVerb(
  name: string | undefined,
  options: { readonly config?: string; readonly state?: string },
): Promise<number> {
  const places = findPlaces(options);
  const { file, shipped } = editedFile(name, places.settingsFile);
  const editor = editorCommand(process.env);
  await expectWritable(file);
  const there = await readEdited(file);
  const begin = there ?? (shipped === null ? "" : ((await readEdited(shipped)) ?? ""));
  if (there === null && shipped !== null)
    say(`${file} is not there yet: this is a copy of ${shipped}, which came with Downbeat.`);
  const copy = await EditedCopy.make(path.basename(file), begin);
  const editing = new Editing({ places, file, editor, copy, there, begin });
  try {
    return await editing.run();
  } catch (error) {
    editing.keep();
    throw error;
  } finally {
    await editing.end();
  }
}

interface EditingOptions {
  readonly places: Places;
  readonly file: string;
  readonly editor: string;
  readonly copy: EditedCopy;
  /** What the file said at the beginning; null: it was not there. */
  readonly there: string | null;
  readonly begin: string;
}

/** What is done next. */
type Step = "edit" | "look" | "leave";

class Editing {
  readonly #options: EditingOptions;
  readonly #questions = new Questions();
  /** What the copy was made from; it moves on when somebody else's edits are taken in. */
  #base: string;
  #there: string | null;
  #isKept = false;
  #exitCode = 0;

  constructor(options: EditingOptions) {
    this.#options = options;
    this.#there = options.there;
    this.#base = options.begin;
  }

  async run(): Promise<number> {
    let step: Step = "edit";
    while (step !== "leave") {
      if (step === "edit") await openEditor(this.#options.editor, this.#options.copy.file);
      step = await this.#look();
    }
    return this.#exitCode;
  }

  /** The copy stays: it may be the work of an evening. */
  keep(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    say(`${this.#options.file} is as it was. What you wrote is in ${this.#options.copy.file}.`);
  }

  async end(): Promise<void> {
    this.#questions.stop();
    if (!this.#isKept) await this.#options.copy.remove();
  }

  async #look(): Promise<Step> {
    const { copy } = this.#options;
    const text = await copy.read();
    if (text === this.#base) {
      process.stdout.write("Nothing was changed.\n");
      return "leave";
    }
    const problems = await this.#check(text);
    for (const problem of problems) say(formatProblem(problem));
    if (errorsOf(problems).length > 0) return this.#askAboutMistakes(text, errorsOf(problems).length);
    return this.#write(text);
  }

  async #check(text: string): Promise<readonly Problem[]> {
    const { file, places } = this.#options;
    return (await checkFile(file, places.stateFolder, { text, settingsFile: places.settingsFile })).problems;
  }

  async #askAboutMistakes(text: string, count: number): Promise<Step> {
    const { file } = this.#options;
    say(`${count} ${count === 1 ? "mistake" : "mistakes"}: ${file} is as it was, and the box plays by it.`);
    let choices = MISTAKE_CHOICES;
    for (;;) {
      const answer = await this.#questions.choose(choices);
      if (answer === "e") return "edit";
      if (answer === "t") return this.#throwAway();
      if (answer === null) return this.#giveUp();
      const good = await goodEdits(file, this.#base, text, (other) => this.#check(other));
      if (good !== null) {
        say("Left out:");
        for (const { removed, added } of good.left) {
          for (const line of removed) say(`  -${line.trimEnd()}`);
          for (const line of added) say(`  +${line.trimEnd()}`);
        }
        return this.#write(good.text);
      }
      say("Nothing of it is good by itself.");
      choices = WITHOUT_GOOD;
    }
  }

  async #write(text: string): Promise<Step> {
    const { file, places, copy } = this.#options;
    const now = await readEdited(file);
    if (now !== this.#there) return this.#askAboutOthers(text, now);
    const note = await writeEdited(file, text, places);
    if (note !== "") say(note);
    await copy.write(text);
    process.stdout.write(`Written to ${visibleText(file)}. ${await this.#whenTaken()}\n`);
    return "leave";
  }

  async #whenTaken(): Promise<string> {
    const status = await engineStatus(this.#options.places.stateFolder, "downbeat edit");
    const isServed = status !== null && status.engine.controllerPid !== 0;
    return isServed ? "The box takes it at once." : "It is taken when Downbeat runs again.";
  }

  /** Somebody else, or a command, has saved it since it was opened. */
  async #askAboutOthers(text: string, now: string | null): Promise<Step> {
    const { file, copy } = this.#options;
    const both = now === null ? null : bothEdits(this.#base, text, now);
    say(`${file} was changed by somebody else meanwhile${both === null ? ", in the same place" : ""}.`);
    const choices = both === null ? SAME_PLACE_CHOICES : OTHERS_CHOICES;
    for (;;) {
      const answer = await this.#questions.choose(choices);
      if (answer === "t") return this.#throwAway();
      if (answer === null) return this.#giveUp();
      if (answer === "d") {
        const names = [
          { name: "theirs", text: now ?? "" },
          { name: "yours", text },
        ] as const;
        process.stderr.write(
          unifiedDiff(...names)
            .split("\n")
            .map(visibleText)
            .join("\n"),
        );
        continue;
      }
      if (answer === "e") {
        await copy.write(text);
        return "edit";
      }
      this.#there = now;
      this.#base = now ?? "";
      await copy.write(answer === "b" && both !== null ? both : text);
      return "look";
    }
  }

  #throwAway(): Step {
    process.stdout.write(`Thrown away. ${visibleText(this.#options.file)} is as it was.\n`);
    return "leave";
  }

  #giveUp(): Step {
    this.keep();
    this.#exitCode = 1;
    return "leave";
  }
}

type MistakeLetter = "e" | "a" | "t";
const WITHOUT_GOOD: Readonly<Partial<Record<MistakeLetter, string>>> = {
  e: "edit again",
  t: "throw it away",
};
const MISTAKE_CHOICES: typeof WITHOUT_GOOD = {
  e: "edit again",
  a: "apply what is good",
  t: "throw it away",
};
type OtherLetter = "b" | "y" | "d" | "e" | "t";
const SAME_PLACE_CHOICES: Readonly<Partial<Record<OtherLetter, string>>> = {
  y: "write yours over it",
  d: "show the difference",
  e: "edit again",
  t: "throw yours away",
};
const OTHERS_CHOICES: typeof SAME_PLACE_CHOICES = { b: "take both", ...SAME_PLACE_CHOICES };

function say(sentence: string): void {
  process.stderr.write(`${visibleText(sentence)}\n`);
}
