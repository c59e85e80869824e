// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/track-params.hpp"

namespace downbeat::sequencer {

const std::array<TrackParamInfo, kTrackParams> kTrackParamInfos{{
    {TrackParam::mute, "mute", 0.0F, 1.0F, 0.0F, true, false},
    {TrackParam::density, "density", 0.0F, 1.0F, 1.0F, false, false},
    {TrackParam::probability, "probability", 0.0F, 1.0F, 1.0F, false, false},
    {TrackParam::gate, "gate", 0.05F, 4.0F, 0.5F, false, false},
    {TrackParam::velocity, "velocity", 0.0F, 2.0F, 1.0F, false, false},
    {TrackParam::swing, "swingPercent", 0.0F, 100.0F, 0.0F, false, false},
    {TrackParam::drift, "drift", 0.0F, 1.0F, 0.0F, false, false},
    {TrackParam::octave, "octave", -4.0F, 4.0F, 0.0F, true, false},
    {TrackParam::pulses, "pulses", -1.0F, 64.0F, -1.0F, true, false},
    {TrackParam::rotation, "rotation", -64.0F, 64.0F, 0.0F, true, false},
    {TrackParam::direction, "direction", 0.0F, 3.0F, 0.0F, true, true},
    {TrackParam::root, "root", 0.0F, 127.0F, 60.0F, true, true},
    {TrackParam::scale, "scale", 0.0F, 31.0F, 0.0F, true, true},
    {TrackParam::length, "length", 0.0F, 64.0F, 0.0F, true, true},
    {TrackParam::pattern, "pattern", 1.0F, 16.0F, 1.0F, true, true},
}};

}  // namespace downbeat::sequencer
