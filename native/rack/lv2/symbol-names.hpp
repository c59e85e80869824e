// SPDX-License-Identifier: GPL-3.0-or-later
// From the names of plugin authors to ours.
#pragma once

#include <string>

namespace downbeat::rack::lv2 {

/// "env_decay", "EnvDecay" or "ENV_DECAY": ENV_DECAY.
[[nodiscard]] std::string screamingName(const std::string& symbol);
/// The same: envDecay.
[[nodiscard]] std::string camelName(const std::string& symbol);
/// "Low Pass (12 dB)": low_pass_12_db; "" when nothing is left that is more than a number.
[[nodiscard]] std::string choiceWord(const std::string& label);

}  // namespace downbeat::rack::lv2
