// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the beat of the box that served this page, 60 times a second.

import { BeatClock } from "./clock.js";

const clock = new BeatClock(`${location.origin.replace("http", "ws")}/ws/transport/clock`);
// For the console, and for whoever looks from outside.
globalThis.beatClock = clock;
const element = (id) => document.getElementById(id);

function draw() {
  requestAnimationFrame(draw);
  const now = clock.now();
  if (now === null) return;
  element("beat").textContent = (Math.floor(now.phase) + 1).toString();
  element("phase").style.width = `${(100 * now.phase) / now.quantum}%`;
  element("tempo").textContent = `${now.bpm.toFixed(2)} bpm, ${now.status}`;
}
draw();
