// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/tb303-params.hpp"

namespace downbeat::rack {

const std::array<ParamInfo, Tb303Param::kCount> kTb303Params{{
    {1, "WAVEFORM", "waveform", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {2, "TUNE_SEMITONES", "tune", "semitones", -24.0F, 24.0F, 0.0F, Smoothing::linear},
    {3, "GLIDE_MS", "glideMs", "ms", 0.0F, 500.0F, 10.0F, Smoothing::linear},
    {4, "CUTOFF_HZ", "cutoff", "Hz", 20.0F, 18000.0F, 800.0F, Smoothing::linear},
    {5, "RESONANCE", "resonance", "", 0.0F, 1.0F, 0.3F, Smoothing::linear},
    {6, "ENV_MOD", "envMod", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {7, "FILTER_DECAY_MS", "decay", "ms", 50.0F, 800.0F, 200.0F, Smoothing::linear},
    {8, "AMP_DECAY_MS", "ampDecayMs", "ms", 50.0F, 800.0F, 200.0F, Smoothing::linear},
    {9, "AMP_GAIN", "gain", "", 0.0F, 1.5F, 0.8F, Smoothing::linear},
    {10, "NOTE_SEMITONES", "noteSemitones", "semitones", 0.0F, 127.0F, 48.0F, Smoothing::step},
    {11, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {12, "ACCENT", "accent", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {13, "DRIVE", "drive", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {14, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {200, "ENV_MODE", "envMode", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {201, "FILTER_ATTACK_MS", "filterAttackMs", "ms", 0.0F, 400.0F, 0.0F, Smoothing::linear},
    {202, "FILTER_SUSTAIN", "filterSustain", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {203, "FILTER_RELEASE_MS", "filterReleaseMs", "ms", 0.0F, 800.0F, 200.0F, Smoothing::linear},
    {204, "AMP_ATTACK_MS", "ampAttackMs", "ms", 0.0F, 400.0F, 0.0F, Smoothing::linear},
    {205, "AMP_SUSTAIN", "ampSustain", "", 0.0F, 1.0F, 0.7F, Smoothing::linear},
    {206, "AMP_RELEASE_MS", "ampReleaseMs", "ms", 0.0F, 800.0F, 200.0F, Smoothing::linear},
    {207, "GATE_LEN_MS", "gateLenMs", "ms", 1.0F, 1000.0F, 120.0F, Smoothing::step},
    {300, "FILTER_ALGO", "filterAlgo", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {301, "FILTER_TYPE", "filterType", "", 0.0F, 2.0F, 0.0F, Smoothing::step},
    {302, "KEYTRACK", "keytrack", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {101, "CC1", "cc1", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {102, "CC74", "cc74", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {103, "CC71", "cc71", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {104, "CC7", "cc7", "", 0.0F, 1.0F, 0.8F, Smoothing::linear},
    {105, "PITCH_BEND", "pitchBend", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {106, "LFO1_FREQ_HZ", "lfo1FreqHz", "Hz", 0.01F, 20.0F, 0.5F, Smoothing::step},
    {107, "LFO2_FREQ_HZ", "lfo2FreqHz", "Hz", 0.01F, 20.0F, 0.2F, Smoothing::step},
}};

}  // namespace downbeat::rack
