// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from outside is checked where it enters; after this it is trusted.
#include <cmath>
#include <cstring>
#include <set>
#include <string>

#include "rack/external/library.hpp"

namespace downbeat::rack::external {
namespace {

constexpr std::size_t kMostLetters = 256;
constexpr std::uint32_t kMostParams = 512;
constexpr std::uint32_t kMostTexts = 16;

bool isSmall(char c) { return c >= 'a' && c <= 'z'; }
bool isCapital(char c) { return c >= 'A' && c <= 'Z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// A text of 1 to 256 letters; `mayBeEmpty`: or none.
bool isText(const char* text, bool mayBeEmpty = false) {
  if (text == nullptr) return false;
  const std::size_t length = ::strnlen(text, kMostLetters + 1);
  return length <= kMostLetters && (mayBeEmpty || length > 0);
}

bool isTypeName(const char* text) {
  if (!isText(text) || !isSmall(text[0])) return false;
  bool hasDot = false;
  char before = 0;
  for (const char* at = text; *at != 0; before = *at++) {
    const bool isDot = *at == '.';
    if (!isSmall(*at) && !isDigit(*at) && *at != '_' && !isDot) return false;
    if (isDot && before == '.') return false;
    hasDot = hasDot || isDot;
  }
  return hasDot && before != '.';
}

bool isParamName(const char* text) {
  if (!isText(text) || !isCapital(text[0])) return false;
  for (const char* at = text; *at != 0; ++at) {
    if (!isCapital(*at) && !isDigit(*at) && *at != '_') return false;
  }
  return true;
}

bool isKey(const char* text) {
  if (!isText(text) || !isSmall(text[0])) return false;
  for (const char* at = text; *at != 0; ++at) {
    if (!isSmall(*at) && !isCapital(*at) && !isDigit(*at)) return false;
  }
  return true;
}

Error nonsense(const std::string& where, const std::string& expected) {
  return {"PLAN_INVALID", where + ": expected " + expected + ".", ""};
}

/// Of one type; what it has seen may not come again.
class TableCheck {
 public:
  Status check(const downbeat_param& param, const std::string& where) {
    if (param.id == 0 || !ids_.insert(param.id).second) {
      return nonsense(where, "an id that is not 0 and comes once");
    }
    if (!isParamName(param.name) || !names_.insert(param.name).second) {
      return nonsense(where, "a name in capitals, digits and underscores that comes once");
    }
    if (!isKey(param.key) || !names_.insert(param.key).second) {
      return nonsense(where, "a key like rateHz that comes once");
    }
    if (!isText(param.unit, true)) return nonsense(where, "a unit, or an empty text");
    const bool isRange = std::isfinite(param.min) && std::isfinite(param.max) &&
                         param.min < param.max && param.initial >= param.min &&
                         param.initial <= param.max;
    if (!isRange) return nonsense(where, "min < max and an initial value in between");
    if (param.smoothing > DOWNBEAT_EXPONENTIAL) return nonsense(where, "a smoothing of 0, 1 or 2");
    if (param.choices != nullptr && !isText(param.choices)) {
      return nonsense(where, "choices with names, or null");
    }
    return {};
  }

  Status check(const downbeat_text& text, const std::string& where) {
    if (!isKey(text.key) || !names_.insert(text.key).second) {
      return nonsense(where, "a key like file that comes once");
    }
    if (!isText(text.summary)) return nonsense(where, "a summary of one sentence");
    return {};
  }

 private:
  std::set<std::uint32_t> ids_;
  std::set<std::string> names_;
};

}  // namespace

Status checkType(const downbeat_node_type* type) {
  if (type == nullptr) return nonsense("a type", "a description, got null");
  if (!isTypeName(type->type)) {
    return nonsense("a type",
                    "a name like author.name in small letters, digits, underscores and "
                    "with a dot");
  }
  const std::string name = type->type;
  if (!isText(type->summary)) return nonsense(name, "a summary of one sentence");
  if (type->output_channels < 1 || type->output_channels > 2) {
    return nonsense(name, "1 or 2 output channels, got " + std::to_string(type->output_channels));
  }
  if (type->input_channels > 2) {
    return nonsense(name, "0 to 2 input channels, got " + std::to_string(type->input_channels));
  }
  if (type->param_count > kMostParams || type->text_count > kMostTexts) {
    return nonsense(name, "at most 512 parameters and 16 texts");
  }
  if ((type->params == nullptr && type->param_count > 0) ||
      (type->texts == nullptr && type->text_count > 0)) {
    return nonsense(name, "a table of its parameters and texts, got null");
  }
  if (type->create == nullptr || type->destroy == nullptr || type->prepare == nullptr ||
      type->reset == nullptr || type->process == nullptr) {
    return nonsense(name, "the functions create, destroy, prepare, reset and process");
  }
  TableCheck table;
  for (std::uint32_t i = 0; i < type->param_count; ++i) {
    const std::string where = name + ", parameter " + std::to_string(i + 1);
    if (Status status = table.check(type->params[i], where); !status.isOk()) return status;
  }
  for (std::uint32_t i = 0; i < type->text_count; ++i) {
    const std::string where = name + ", text " + std::to_string(i + 1);
    if (Status status = table.check(type->texts[i], where); !status.isOk()) return status;
  }
  return {};
}

}  // namespace downbeat::rack::external
