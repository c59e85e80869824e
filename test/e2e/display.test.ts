// SPDX-License-Identifier: GPL-3.0-or-later
// What the display of a real box would show: what is broken, in words, until it is mended; what is moved; and pictures
// of it from the command line.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawPicture } from "../../engine/panel/draw-picture.ts";
import { framePng } from "../../engine/panel/png.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { eventually, RunningBox, settingsText } from "../support/running-box.ts";

const CONTROL = {
  id: "level",
  port: null,
  source: "control",
  control: "fader",
  target: "rack:drums",
  param: "gain",
};
const SETTINGS = { mappings: [CONTROL] };

let box: RunningBox;

beforeAll(async () => {
  box = await RunningBox.start({ settings: SETTINGS, ownMusic: true });
});
afterAll(() => box?.[Symbol.asyncDispose]());

const shown = async (): Promise<Readonly<Record<string, unknown>>> => box.get("/panel/display");

async function picture(query: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${box.url}/panel/screenshot.png?scale=1${query}`)).arrayBuffer());
}

/** The first trouble of the display is this sentence. */
async function complains(sentence: string, count: number): Promise<unknown> {
  const wanted = framePng(drawPicture({ page: "trouble", sentence, number: 1, count, shownMs: 0 }));
  return eventually(`the display says "${sentence}"`, async () =>
    (await picture("&page=trouble")).equals(wanted),
  );
}

/** In the null driver that the test asked for, nothing is wrong. */
async function troublesBesides(): Promise<number> {
  return ((await box.get("/health")).problems as unknown[]).length;
}

test("a mistake in the settings is on the display as a sentence, and goes when it is mended", async () => {
  const others = await troublesBesides();
  const good = settingsText(SETTINGS);
  box.save(good.replace("blockFrames: 128", "blockFrames: 8"));
  const line = good.split("\n").findIndex((text) => text.includes("blockFrames: 128")) + 1;
  await complains(
    `downbeat.yaml line ${line}: audio.blockFrames: expected 16 to 2048 frames, got 8. The default is 128.`,
    1 + others,
  );
  box.save(good);
  await eventually("the display does not complain any more", async () => {
    const all = await picture("&page=trouble");
    const none = { page: "trouble", sentence: "Nothing is wrong.", number: 0, count: 0, shownMs: 0 } as const;
    const [first] = (await box.get("/health")).problems as string[];
    if (first === undefined) return all.equals(framePng(drawPicture(none)));
    const sentence = first.replaceAll("`", "");
    return all.equals(framePng(drawPicture({ ...none, sentence, number: 1, count: others })));
  });
});

test("a session that cannot be played is on the display too, and the music plays on", async () => {
  const others = await troublesBesides();
  box.save(settingsText({ ...SETTINGS, session: "sessions/nowhere.json" }));
  const [, line, text] = /nowhere\.json:(\d+):\d+: (.*)$/.exec(await box.says(/nowhere\.json:\d+/)) ?? [];
  await complains(`nowhere.json line ${line}: ${text}`, 1 + others);
  expect((await box.transport()).status).toBe("playing");
  box.save(settingsText(SETTINGS));
});

test("what is moved is on the display, with its place, its name, its value and where it stands", async () => {
  await eventually("the control is there", async () => {
    const { controls } = (await box.get("/mapping/controls")) as { controls: unknown[] };
    return controls.length > 0;
  });
  let value = 0.25;
  await eventually("the parameter page", async () => {
    // Before the engine has the mapping, nothing moves.
    value = 1 - value;
    await box.post(`/mapping/control?name=fader&value=${value}`);
    return (await shown()).page === "parameter";
  });
  await box.post("/mapping/control?name=fader&value=0.5");
  const wanted = framePng(
    drawPicture({
      page: "parameter",
      place: "drums",
      name: "gain",
      value: "-6.0 dB",
      ratio: 0.5,
      bank: null,
    }),
  );
  await eventually("the value in words", async () => (await picture("&page=parameter")).equals(wanted));
  await eventually("it goes by itself", async () => (await shown()).page !== "parameter");
});

test("the verbs choose a page and write what is shown", async () => {
  const url = ["--url", box.url];
  const page = await downbeat(["panel", "page", "network", ...url]);
  expect(page).toMatchObject({ exitCode: 0 });
  expect(page.stdout).toMatch(/^network would be shown: there is no display/);
  const file = path.join(box.folder, "shown.png");
  const screenshot = await downbeat(["panel", "screenshot", file, "--scale", "1", "--json", ...url]);
  expect(JSON.parse(screenshot.stdout)).toEqual({ file, bytes: readFileSync(file).length });
  expect(readFileSync(file).equals(await picture("&page=network"))).toBe(true);
  expect(JSON.parse((await downbeat(["panel", "page", "auto", "--json", ...url])).stdout)).toMatchObject({
    chosen: null,
  });
});

test.each([
  [["page", "netwrk"], 1, /^PAGE_UNKNOWN .*Did you mean network\?/],
  [["screenshot", "--page", "nowhere"], 1, /^PAGE_UNKNOWN /],
  [["screenshot", "--scale", "99"], 2, /^WRONG_USE --scale: expected 1 to 16/],
  [["screenshot", "--url", "nowhere"], 2, /^WRONG_USE --url/],
  [["screenshot", "--url", "http://127.0.0.1:1"], 1, /^DAEMON_AWAY .*nobody answers.*--url/],
])("downbeat panel %j says what is wrong", async (words, code, sentence) => {
  const url = words.includes("--url") ? [] : ["--url", box.url];
  const done = await downbeat(["panel", ...words, ...url]);
  expect(done.exitCode).toBe(code);
  expect(done.stderr).toMatch(sentence);
});
