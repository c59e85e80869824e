// SPDX-License-Identifier: GPL-3.0-or-later
// Runs inside a box, from its standard input, with the box's own code (or beside it, on what was saved of its card): writes settings one after the other and says a
// number when each is stored, by what the program promises; with --read it says what is there. Without --tempo BPM it
// waits for that as a line.
//   settings N   the program's own way of writing a file has come back
//   plan N       the engine said that the plan made of them is stored
//   tempo BPM    the live state has had it for a second
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const {
  PROGRAM = "/usr/lib/downbeat",
  SETTINGS = "/etc/downbeat/downbeat.yaml",
  STATE = "/var/lib/downbeat",
} = process.env;
const LINE = /^ {2}gainDb: .*$/m;

const { atomicWrite } = await import(`${PROGRAM}/engine/base/atomic-write.js`);
const { EngineClient } = await import(`${PROGRAM}/engine/binding/engine-client.js`);

/** The settings are numbered by the level: N thousandths of a decibel below 0. */
function settingsNumber() {
  const text = readFileSync(SETTINGS, "utf8");
  if (!text.startsWith("# ") || !text.endsWith("\n")) throw new Error(`${SETTINGS} is not whole`);
  return Math.round(-1000 * Number(/^ {2}gainDb: (\S+)$/m.exec(text)?.[1] ?? Number.NaN));
}

/** The first line of a stored file is its header. */
function stored(name) {
  const text = readFileSync(`${STATE}/${name}`, "utf8");
  return JSON.parse(text.slice(text.indexOf("\n") + 1));
}

/** What the session itself is at, from a session that plays at 0 dB. */
function planNumber() {
  return Math.round(-1000 * 20 * Math.log10(stored("last-plan.json").session.master.gain / BASE_GAIN));
}

const BASE_GAIN = await (async () => {
  const { loadSession, sessionFile } = await import(`${PROGRAM}/engine/app/session-source.js`);
  const session = /^session: (\S+)$/m.exec(readFileSync(SETTINGS, "utf8"))?.[1];
  const { plan } = await loadSession(sessionFile({ session }, SETTINGS));
  return plan.master.gain;
})();

function found() {
  let tempo = 0;
  try {
    tempo = stored("live-state.json").tempoBpm ?? 0;
  } catch {
    // Nothing was turned yet.
  }
  return { settings: settingsNumber(), plan: planNumber(), tempo };
}

async function write(tempo) {
  const client = await EngineClient.connect(STATE, "observer", "power cuts");
  let isStored = () => {};
  client.events.on("notice", (notice) => {
    if (notice.event === "planStored") isStored();
  });
  await fetch(`http://127.0.0.1:8000/transport/tempo?bpm=${tempo}`, { method: "POST" });
  void sayTempo(tempo);
  for (let number = Math.max(settingsNumber(), planNumber()) + 1; ; number += 1) {
    const text = readFileSync(SETTINGS, "utf8").replace(LINE, `  gainDb: ${-number / 1000}`);
    const stores = new Promise((resolve) => {
      isStored = () => {
        if (planNumber() === number) resolve(true);
      };
    });
    await atomicWrite(SETTINGS, text);
    process.stdout.write(`settings ${number}\n`);
    if (await Promise.race([stores, sleep(5000)])) process.stdout.write(`plan ${number}\n`);
    else process.stderr.write(`plan ${number} was not stored within 5 s\n`);
  }
}

async function sayTempo(tempo) {
  while (found().tempo !== tempo) await sleep(50);
  await sleep(1000);
  process.stdout.write(`tempo ${tempo}\n`);
}

/** The tempo, in a line of its own. */
async function told() {
  process.stdout.write("ready\n");
  for await (const line of createInterface({ input: process.stdin })) if (line !== "") return Number(line);
  throw new Error("nobody says when");
}

const tempo = process.argv.indexOf("--tempo");
if (process.argv.includes("--read")) process.stdout.write(JSON.stringify(found()));
else await write(tempo < 0 ? await told() : Number(process.argv[tempo + 1]));
