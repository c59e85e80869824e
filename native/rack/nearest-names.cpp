// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nearest-names.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace downbeat::rack {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

std::size_t editDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = corner + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::vector<std::string> nearestNames(const std::string& name, std::vector<std::string> names,
                                      std::size_t count) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  ranked.reserve(names.size());
  for (std::string& other : names) {
    const std::size_t distance = editDistance(name, other);
    ranked.emplace_back(distance, std::move(other));
  }
  std::sort(ranked.begin(), ranked.end());
  if (ranked.size() > count) ranked.resize(count);
  std::vector<std::string> nearest;
  nearest.reserve(ranked.size());
  for (auto& entry : ranked) nearest.push_back(std::move(entry.second));
  return nearest;
}

std::string quotedList(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "\"" + names[i] + "\"";
  }
  return text;
}

}  // namespace downbeat::rack
