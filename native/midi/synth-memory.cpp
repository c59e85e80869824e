// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/synth-memory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace downbeat::midi {

bool SynthMemory::remember(const std::string& port, SynthValue value) {
  Values& values = values_[port];
  if (values.size() >= kMaxValues && values.find(value.key) == values.end()) return false;
  if (const auto restoring = restoring_.find(port); restoring != restoring_.end()) {
    auto& keys = restoring->second;
    keys.erase(std::remove(keys.begin(), keys.end(), value.key), keys.end());
  }
  std::string key = value.key;
  values.insert_or_assign(std::move(key), std::move(value));
  return true;
}

const SynthValue* SynthMemory::find(const std::string& port, const std::string& key) const {
  const auto values = values_.find(port);
  if (values == values_.end()) return nullptr;
  const auto value = values->second.find(key);
  return value == values->second.end() ? nullptr : &value->second;
}

std::vector<const SynthValue*> SynthMemory::values(const std::string& port) const {
  std::vector<const SynthValue*> sorted;
  const auto found = values_.find(port);
  if (found == values_.end()) return sorted;
  for (const auto& [key, value] : found->second) sorted.push_back(&value);
  std::sort(sorted.begin(), sorted.end(), [](const SynthValue* a, const SynthValue* b) {
    return a->order != b->order ? a->order < b->order : a->key < b->key;
  });
  return sorted;
}

std::vector<std::string> SynthMemory::ports() const {
  std::vector<std::string> ports;
  for (const auto& [port, values] : values_) ports.push_back(port);
  return ports;
}

void SynthMemory::keep(const std::set<std::string>& ports) {
  for (auto it = values_.begin(); it != values_.end();) {
    it = ports.count(it->first) == 0 ? values_.erase(it) : std::next(it);
  }
  for (auto it = restoring_.begin(); it != restoring_.end();) {
    it = ports.count(it->first) == 0 ? restoring_.erase(it) : std::next(it);
  }
}

void SynthMemory::beginRestore(const std::string& port) {
  std::vector<std::string> keys;
  for (const SynthValue* value : values(port)) keys.push_back(value->key);
  std::reverse(keys.begin(), keys.end());
  restoring_[port] = std::move(keys);
}

std::optional<SynthMemory::Due> SynthMemory::takeDue() {
  if (restoring_.empty()) return std::nullopt;
  const auto restoring = restoring_.begin();
  const std::string port = restoring->first;
  if (restoring->second.empty()) {
    restoring_.erase(restoring);
    return Due{port, nullptr};
  }
  const std::string key = restoring->second.back();
  restoring->second.pop_back();
  return Due{port, &values_.at(port).at(key)};
}

void SynthMemory::putBack(const Due& due) {
  std::vector<std::string>& keys = restoring_[due.port];
  if (due.value != nullptr) keys.push_back(due.value->key);
}

}  // namespace downbeat::midi
