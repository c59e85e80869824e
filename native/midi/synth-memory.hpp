// SPDX-License-Identifier: GPL-3.0-or-later
// What was said last to each parameter of the synths at the ports, so that one that was unplugged
// sounds as before when it is back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "midi/midi-post.hpp"

namespace downbeat::midi {

struct SynthValue {
  std::string key;         ///< the parameter's id
  std::int32_t order = 0;  ///< in which it is said again: lower first
  std::string shown;       ///< what it was set to, as whoever asked wrote it
  MidiPost post;           ///< slot and serial are of no use here
};

/// Thread: control.
class SynthMemory {
 public:
  /// Of one port; more are refused.
  static constexpr std::size_t kMaxValues = 1024;

  /// False when there is no more room for a new key.
  bool remember(const std::string& port, SynthValue value);
  /// Null when nothing was said.
  [[nodiscard]] const SynthValue* find(const std::string& port, const std::string& key) const;
  /// In the order in which they are said.
  [[nodiscard]] std::vector<const SynthValue*> values(const std::string& port) const;
  [[nodiscard]] std::vector<std::string> ports() const;
  /// Forgets what was said to a port.
  void forget(const std::string& port) { values_.erase(port); }
  /// Forgets every port that is not named.
  void keep(const std::set<std::string>& ports);

  /// The port is there (again): everything is to be said from the beginning.
  void beginRestore(const std::string& port);
  /// The port is gone, or nothing more is to be said.
  void endRestore(const std::string& port) { restoring_.erase(port); }
  /// What is to be said next, of any port that is being restored; nothing when no port is. What was
  /// set since is newer, and left out.
  struct Due {
    std::string port;
    const SynthValue* value = nullptr;  ///< null: of this port everything is said
  };
  [[nodiscard]] std::optional<Due> takeDue();
  /// There was no room for what was taken last: it is due again.
  void putBack(const Due& due);

 private:
  using Values = std::map<std::string, SynthValue>;  // by key

  std::map<std::string, Values> values_;                       // by port
  std::map<std::string, std::vector<std::string>> restoring_;  // by port: keys, the next one last
};

}  // namespace downbeat::midi
