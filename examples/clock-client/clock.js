// SPDX-License-Identifier: GPL-3.0-or-later
// Where the beat is now, as often as you like: each update says where it was at `link_us` of Link's clock, and
// pings say how far that clock is from ours. Of the last eight the quickest is nearest to the truth.

const nowMicros = () => performance.now() * 1000;

export class BeatClock {
  update = null; // the newest update of the clock
  #offsets = []; // Link's clock minus ours, with the time that the question took

  constructor(url) {
    const socket = new WebSocket(url);
    const ask = () => socket.send(JSON.stringify({ ping: nowMicros() }));
    let timer;
    socket.onopen = () => {
      ask();
      timer = setInterval(ask, 200);
    };
    socket.onmessage = ({ data }) => {
      const received = nowMicros();
      const message = JSON.parse(data);
      if (!("pong" in message)) {
        this.update = message;
        return;
      }
      const micros = message.link_us - (message.pong + received) / 2;
      this.#offsets = [...this.#offsets, { micros, took: received - message.pong }].slice(-8);
    };
    socket.onclose = () => clearInterval(timer);
  }

  /** Null until the first update and the first answer are here. */
  now() {
    if (this.update === null || this.#offsets.length === 0) return null;
    const { micros } = this.#offsets.reduce((best, each) => (each.took < best.took ? each : best));
    const { beat, bpm, quantum, link_us, status } = this.update;
    const here = beat + ((nowMicros() + micros - link_us) * bpm) / 60e6;
    return { beat: here, phase: here - Math.floor(here / quantum) * quantum, quantum, bpm, status };
  }
}
