// SPDX-License-Identifier: GPL-3.0-or-later
// docs/nodes/ is read by people, the tables by the engine: they say the same.
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

std::string read(const std::string& name) {
  std::ifstream file(DOWNBEAT_SOURCE_DIR "/docs/nodes/" + name);
  std::stringstream stream;
  stream << file.rdbuf();
  return stream.str();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("docs/nodes/ has a page for every node with exactly the parameters of the code") {
  const std::string index = read("README.md");
  for (const rack::NodeTypeInfo* type : test::allTypes()) {
    INFO(std::string(type->type));
    const std::string name = type->type;
    const std::string page = read(name + ".md");
    REQUIRE(page.rfind("# " + name + "\n", 0) == 0);
    CHECK(count(index, "* [" + name + "](" + name + ".md): " + type->summary + "\n") == 1);
    CHECK(count(page, type->summary) == 1);
    // And the head of the table, when there is one.
    const std::size_t rows = type->paramCount + (type->paramCount == 0 ? 0 : 1);
    CHECK(count(page, "\n| ") == rows);
    for (std::size_t i = 0; i < type->paramCount; ++i) {
      INFO(row(type->params[i]));
      CHECK(count(page, row(type->params[i])) == 1);
    }
    for (std::size_t i = 0; i < type->textCount; ++i) {
      INFO(std::string(type->texts[i].key));
      CHECK(count(page, std::string("`") + type->texts[i].key + "`") >= 1);
    }
  }
}
