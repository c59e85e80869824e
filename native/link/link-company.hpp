// SPDX-License-Identifier: GPL-3.0-or-later
// Is Link on, and with how many others? Two questions to something that another thread may switch.
#pragma once

#include <cstdint>

#include "base/link-exchange.hpp"

namespace downbeat::link {

/// The peers come first: when they are none because Link was switched off this moment, it is off by
/// the second question, and nobody is said to have left.
template <typename Link>
void readCompany(const Link& link, LinkInput& input) {
  const auto peers = static_cast<std::uint32_t>(link.numPeers());
  input.isEnabled = link.isEnabled();
  input.peers = input.isEnabled ? peers : 0;
}

}  // namespace downbeat::link
