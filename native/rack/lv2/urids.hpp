// SPDX-License-Identifier: GPL-3.0-or-later
// LV2's numbers for addresses: one map for the process, so that plugins may exchange them.
#pragma once

#include <lv2/urid/urid.h>

namespace downbeat::rack::lv2 {

/// Thread: any but audio; plugins ask while they are made. Numbers are never taken back.
[[nodiscard]] LV2_URID_Map* uridMap();
[[nodiscard]] LV2_URID_Unmap* uridUnmap();
[[nodiscard]] LV2_URID uridOf(const char* uri);

/// The numbers that the audio thread needs.
struct Urids {
  LV2_URID atomChunk, atomDouble, atomFloat, atomInt, atomLong, atomObject, atomPath, atomSequence;
  LV2_URID atomUrid;
  LV2_URID midiEvent;
  LV2_URID patchProperty, patchSet, patchValue;
  LV2_URID timeBar, timeBarBeat, timeBeat, timeBeatUnit, timeBeatsPerBar, timeBeatsPerMinute;
  LV2_URID timeFrame, timePosition, timeSpeed;
};

/// Made once, at the first call. Thread: the first call any but audio.
[[nodiscard]] const Urids& urids();

}  // namespace downbeat::rack::lv2
