// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/symbol-names.hpp"

#include <vector>

namespace downbeat::rack::lv2 {
namespace {

// Of ASCII alone, whatever the locale says.
bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
char toLower(char c) { return isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char toUpper(char c) { return isLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

/// In lower case; at least one, and the first begins with a letter.
std::vector<std::string> wordsOf(const std::string& symbol) {
  std::vector<std::string> words(1);
  char before = 0;
  for (const char c : symbol) {
    const bool isPart = isLower(c) || isUpper(c) || isDigit(c);
    const bool isBump = isUpper(c) && (isLower(before) || isDigit(before));
    if ((!isPart || isBump) && !words.back().empty()) words.emplace_back();
    if (isPart) words.back() += toLower(c);
    before = c;
  }
  if (words.back().empty()) words.pop_back();
  if (words.empty()) words.emplace_back("p");
  if (isDigit(words.front().front())) words.front().insert(0, "p");
  return words;
}

}  // namespace

std::string screamingName(const std::string& symbol) {
  std::string name;
  for (const std::string& word : wordsOf(symbol)) {
    if (!name.empty()) name += '_';
    for (const char c : word) name += toUpper(c);
  }
  return name;
}

std::string camelName(const std::string& symbol) {
  std::string name;
  for (const std::string& word : wordsOf(symbol)) {
    name += name.empty() ? word.front() : toUpper(word.front());
    name.append(word, 1, std::string::npos);
  }
  return name;
}

std::string choiceWord(const std::string& label) {
  std::string word;
  bool hasLetter = false;
  for (const char c : label) {
    if (isLower(c) || isUpper(c) || isDigit(c)) {
      hasLetter = hasLetter || !isDigit(c);
      word += toLower(c);
    } else if (!word.empty() && word.back() != '_') {
      word += '_';
    }
  }
  while (!word.empty() && word.back() == '_') word.pop_back();
  return hasLetter ? word : "";
}

}  // namespace downbeat::rack::lv2
