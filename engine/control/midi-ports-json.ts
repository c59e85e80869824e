// SPDX-License-Identifier: GPL-3.0-or-later
// How the MIDI ports do, as served.
import type { MidiPortStatus } from "../binding/engine-status.ts";

export function midiPortsJson(ports: readonly MidiPortStatus[]) {
  return ports.map((port) => ({
    id: port.id,
    name: port.name,
    state: port.state,
    ticks_sent: port.ticks,
    tick_late_p50_us: port.clock.p50Micros,
    tick_late_p99_us: port.clock.p99Micros,
    tick_late_p999_us: port.clock.p999Micros,
    tick_late_max_us: port.clock.maxMicros,
    messages_sent: port.sent,
    bytes_sent: port.bytesSent,
    messages_received: port.received,
    waiting: port.wire.waiting,
    waiting_most: port.wire.waitingMost,
    replaced: port.wire.coalesced,
    dropped: {
      realtime: port.wire.dropped.realtime,
      note_off: port.wire.dropped.noteOff,
      note_on: port.wire.dropped.noteOn,
      stepped: port.wire.dropped.stepped,
      continuous: port.wire.dropped.continuous,
      bulk: port.wire.dropped.bulk,
    },
  }));
}
