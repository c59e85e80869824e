// SPDX-License-Identifier: GPL-3.0-or-later
// The link as it is served: snake_case fields that other people's programs depend on. Fields may be
// added, never renamed. Their descriptions are in `http/link-routes.ts`.
import type { LinkReport } from "./link-face.ts";

export function linkJson({ status, wifi, advice }: LinkReport) {
  return {
    enabled: status.enabled,
    on: status.isOn,
    health: status.health,
    sentence: status.sentence,
    advice,
    peers: status.peers,
    quantum: status.quantum,
    start_stop_sync: status.startStopSync,
    correction_us: status.correctionMicros,
    step_count: status.measurement.steps,
    last_step_us: status.measurement.lastStepMicros,
    last_step_age_seconds: status.measurement.lastStepAgeSeconds,
    worst_step_us: status.measurement.worstStepMicros,
    tempo_changed_by: status.tempo.changedBy,
    tempo_age_seconds: status.tempo.ageSeconds,
    tempo_changes_by_us: status.tempo.byUs,
    tempo_changes_by_others: status.tempo.byOthers,
    joined_age_seconds: status.joinedAgeSeconds,
    alone_age_seconds: status.aloneAgeSeconds,
    peers_lost: status.peersLost,
    peers_returned: status.peersReturned,
    held_over: status.heldOver,
    restarts: status.restarts,
    wifi: wifi.map((radio) => ({
      name: radio.name,
      connected: radio.isConnected,
      network: radio.network,
      signal_dbm: radio.signalDbm,
      frequency_mhz: radio.frequencyMhz,
      channel: radio.channel,
      power_save: radio.powerSave,
    })),
  };
}
