// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/external/library.hpp"

#include "platform/dynamic-library.hpp"

namespace downbeat::rack::external {
namespace {

constexpr std::uint32_t kMostTypes = 256;

std::unique_ptr<ExternalType> copyOf(const downbeat_node_type& face) {
  auto type = std::make_unique<ExternalType>();
  const auto keep = [&type](const char* text) {
    type->words.emplace_back(text);
    return type->words.back().c_str();
  };
  for (std::uint32_t i = 0; i < face.param_count; ++i) {
    const downbeat_param& from = face.params[i];
    ParamInfo param{};
    param.id = from.id;
    param.name = keep(from.name);
    param.key = keep(from.key);
    param.unit = keep(from.unit);
    param.min = from.min;
    param.max = from.max;
    param.initial = from.initial;
    param.smoothing = static_cast<Smoothing>(from.smoothing);
    param.choices = from.choices == nullptr ? nullptr : keep(from.choices);
    type->paramTable.push_back(param);
  }
  for (std::uint32_t i = 0; i < face.text_count; ++i) {
    const downbeat_text& from = face.texts[i];
    TextInfo text{};
    text.key = keep(from.key);
    text.summary = keep(from.summary);
    text.isFile = from.is_file != 0;
    text.isNeeded = from.is_needed != 0;
    type->textTable.push_back(text);
  }
  type->face = &face;
  type->type = keep(face.type);
  type->summary = keep(face.summary);
  type->params = type->paramTable.data();
  type->paramCount = type->paramTable.size();
  type->texts = type->textTable.empty() ? nullptr : type->textTable.data();
  type->textCount = type->textTable.size();
  type->outputChannels = face.output_channels;
  type->inputChannels = face.input_channels;
  type->hasKeyInput = face.has_key_input != 0;
  type->makeFrom = &makeExternalNode;
  return type;
}

Error refusal(const std::string& message) { return {"PLAN_INVALID", message, ""}; }

}  // namespace

Result<Library> readLibrary(const downbeat_node_library* library) {
  if (library == nullptr) return refusal(DOWNBEAT_NODE_SYMBOL "() returned null.");
  if (library->abi_version != DOWNBEAT_NODE_ABI) {
    return refusal("it was built for version " + std::to_string(library->abi_version) +
                   " of downbeat-node.h, and this Downbeat has version " +
                   std::to_string(DOWNBEAT_NODE_ABI) +
                   ". Build it again with the header of this "
                   "Downbeat.");
  }
  if (library->types == nullptr || library->type_count < 1 || library->type_count > kMostTypes) {
    return refusal("expected 1 to " + std::to_string(kMostTypes) + " types, got " +
                   std::to_string(library->type_count) + ".");
  }
  Library read;
  for (std::uint32_t i = 0; i < library->type_count; ++i) {
    const Status status = checkType(library->types[i]);
    if (status.isOk()) {
      read.types.push_back(copyOf(*library->types[i]));
    } else {
      read.refused.push_back(status.error().message);
    }
  }
  return Result<Library>(std::move(read));
}

Result<Library> loadLibrary(const std::string& path) {
  const auto file = platform::DynamicLibrary::open(path);
  if (!file.isOk()) return file.error();
  void* symbol = file.value().find(DOWNBEAT_NODE_SYMBOL);
  if (symbol == nullptr) {
    return refusal(path + ": it has no function " DOWNBEAT_NODE_SYMBOL "; it holds no nodes.");
  }
  const auto function = reinterpret_cast<downbeat_nodes_function>(symbol);
  auto library = readLibrary(function());
  if (!library.isOk()) return refusal(path + ": " + library.error().message);
  for (std::string& reason : library.value().refused) reason = path + ": " + reason;
  return library;
}

}  // namespace downbeat::rack::external
