// SPDX-License-Identifier: GPL-3.0-or-later
// docs/nodes.md is read by people, the tables by the engine: they say the same.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "rack/nodes/render.hpp"

using namespace downbeat;

namespace {

std::string row(const rack::ParamInfo& p) {
  const char* ramps = p.smoothing == rack::Smoothing::step     ? "step"
                      : p.smoothing == rack::Smoothing::linear ? "linear"
                                                               : "exponential";
  char text[256];
  std::snprintf(text, sizeof text, "| %u | %s | `%s` | %s | %g | %g | %g | %s |", p.id, p.name,
                p.key, p.unit, static_cast<double>(p.min), static_cast<double>(p.max),
                static_cast<double>(p.initial), ramps);
  return text;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("docs/nodes.md has a section for every node with exactly the parameters of the code") {
  std::ifstream file(DOWNBEAT_SOURCE_DIR "/docs/nodes.md");
  std::stringstream stream;
  stream << file.rdbuf();
  const std::string text = stream.str();
  REQUIRE(!text.empty());
  const auto types = test::allTypes();
  CHECK(count(text, "\n## ") == types.size());
  for (const rack::NodeTypeInfo* type : types) {
    const std::size_t from = text.find(std::string("\n## ") + type->type + "\n");
    INFO(std::string(type->type));
    REQUIRE(from != std::string::npos);
    const std::string section = text.substr(from + 1, text.find("\n## ", from + 1) - from);
    CHECK(count(section, type->summary) == 1);
    CHECK(count(section, "\n| ") == type->paramCount + 1);  // and the head of the table
    for (std::size_t i = 0; i < type->paramCount; ++i) {
      INFO(row(type->params[i]));
      CHECK(count(section, row(type->params[i])) == 1);
    }
  }
}
