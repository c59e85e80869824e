// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/port-name.hpp"

#include <algorithm>
#include <cstddef>

namespace downbeat::midi {
namespace {

// ASCII only, whatever the locale: port names beyond it are compared byte by byte.
std::string lowered(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

bool matchesPortName(const std::string& pattern, const std::string& name) {
  if (pattern.empty()) return false;
  const std::string wanted = lowered(pattern);
  const std::string text = lowered(name);
  // The pieces between the stars must come one after the other.
  std::size_t from = 0;
  std::size_t begin = 0;
  while (begin <= wanted.size()) {
    std::size_t end = wanted.find('*', begin);
    if (end == std::string::npos) end = wanted.size();
    const std::string piece = wanted.substr(begin, end - begin);
    const std::size_t found = text.find(piece, from);
    if (found == std::string::npos) return false;
    from = found + piece.size();
    begin = end + 1;
  }
  return true;
}

// The MIDI system gives "client:port", and the second client of a name a number: "Downbeat-01:".
bool isOwnPortName(const std::string& name) {
  const std::string own = "downbeat";
  const std::string client = lowered(name.substr(0, name.find(':')));
  if (name.find(':') == std::string::npos || client.rfind(own, 0) != 0) return false;
  return client.find_first_not_of("-0123456789", own.size()) == std::string::npos;
}

std::vector<std::string> withoutOwnPorts(std::vector<std::string> names) {
  names.erase(std::remove_if(names.begin(), names.end(), isOwnPortName), names.end());
  return names;
}

int findPortName(const std::string& pattern, const std::vector<std::string>& names) {
  const bool wantsThrough = contains(lowered(pattern), "through");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = lowered(names[i]);
    if (isOwnPortName(name)) continue;
    if (!wantsThrough && contains(name, "midi through")) continue;
    if (matchesPortName(pattern, names[i])) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace downbeat::midi
