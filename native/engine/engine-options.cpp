// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine-options.hpp"

#include <cmath>
#include <cstdlib>

namespace downbeat::engine {
namespace {

constexpr double kMaxSeconds = 1.0e7;

Error wrongUse(const std::string& sentence) {
  return {"WRONG_USE", sentence + ". See downbeat-engine --help", ""};
}

}  // namespace

const char* engineHelp() {
  return "downbeat-engine: the process that plays\n"
         "\n"
         "  --state FOLDER      last plan, live state and control socket (needed to play)\n"
         "  --null              play into the null driver, whatever the plan says\n"
         "  --record FILE       write what is played, from the first frame on (.wav or .flac)\n"
         "  --for SECONDS       end by itself after this much music\n"
         "  --first-plan FILE   the plan to play when there is no last plan\n"
         "  --list-devices      print audio devices and MIDI ports as JSON, and end\n"
         "  --facts             print what this machine allows as JSON, and end\n"
         "  --version, --help\n";
}

Result<EngineOptions> readEngineOptions(const std::vector<std::string>& arguments) {
  EngineOptions options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const auto hasValue = [&] { return i + 1 < arguments.size(); };
    if (name == "--version") {
      options.task = EngineOptions::Task::version;
    } else if (name == "--help" || name == "-h") {
      options.task = EngineOptions::Task::help;
    } else if (name == "--facts") {
      options.task = EngineOptions::Task::facts;
    } else if (name == "--list-devices") {
      options.task = EngineOptions::Task::listDevices;
    } else if (name == "--null") {
      options.isNull = true;
    } else if (name == "--state" || name == "--record" || name == "--for" ||
               name == "--first-plan") {
      if (!hasValue()) return wrongUse(name + ": expected a value after it, got nothing");
      const std::string& value = arguments[++i];
      if (name == "--state") options.stateFolder = value;
      if (name == "--record") options.recordPath = value;
      if (name == "--first-plan") options.firstPlanPath = value;
      if (name == "--for") {
        char* end = nullptr;
        options.forSeconds = std::strtod(value.c_str(), &end);
        const bool isNumber = end != value.c_str() && *end == '\0';
        if (!isNumber || !(options.forSeconds > 0.0) || options.forSeconds > kMaxSeconds) {
          return wrongUse("--for: expected seconds, more than 0, got \"" + value + "\"");
        }
      }
    } else {
      return wrongUse("\"" + name + "\" is no option");
    }
  }
  if (options.task == EngineOptions::Task::play && options.stateFolder.empty()) {
    return wrongUse("--state: expected a folder, got nothing");
  }
  return options;
}

}  // namespace downbeat::engine
