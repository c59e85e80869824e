// SPDX-License-Identifier: GPL-3.0-or-later
// The C face of external nodes as a C++17 class. A node derives from `downbeat_node::Node`, states
// what it is in static members, and is listed once in the library:
//
//   class Tremolo : public downbeat_node::Node {
//    public:
//     static constexpr const char* kType = "example.tremolo";
//     static constexpr const char* kSummary = "...";
//     static constexpr downbeat_node::Param kParams[] = {...};
//     static constexpr downbeat_node::Channels kChannels{2, 2};
//     ...
//   };
//   DOWNBEAT_NODE_LIBRARY(Tremolo)
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <iterator>
#include <new>
#include <string>
#include <type_traits>

#include "downbeat-node.h"

namespace downbeat_node {

using Param = downbeat_param;
using Text = downbeat_text;
using Io = downbeat_io;

struct Channels {
  std::uint32_t in = 0;  ///< 0: a source
  std::uint32_t out = 1;
  bool hasKey = false;  ///< a sidechain
};

struct Prepare {
  double sampleRate;
  std::uint64_t seed;
  const downbeat_prepare_info* raw;

  /// The text of `key`, "" when there is none.
  [[nodiscard]] std::string text(const char* key) const {
    for (std::uint32_t i = 0; i < raw->text_count; ++i) {
      if (std::strcmp(raw->texts[i].key, key) == 0) return raw->texts[i].value;
    }
    return {};
  }
};

/// What to override. Nothing but `prepare` and `service` may allocate, lock, wait or throw.
class Node {
 public:
  virtual ~Node() = default;
  /// "" is well; otherwise a sentence that says what is wrong.
  virtual std::string prepare(const Prepare& info) = 0;
  virtual void reset() noexcept = 0;
  virtual void process(const Io& io) noexcept = 0;
  virtual void trigger(float /*velocity*/) noexcept {}
  /// Without it a note is a hit, with the parameter NOTE_SEMITONES set if there is one.
  virtual void noteOn(std::uint32_t /*note*/, float /*velocity*/,
                      std::uint32_t /*gateFrames*/) noexcept {}
  virtual void noteOff(std::uint32_t /*note*/) noexcept {}
  [[nodiscard]] virtual std::uint32_t latencyFrames() const noexcept { return 0; }
  [[nodiscard]] virtual std::uint32_t voices() const noexcept { return 0; }
  virtual void service() {}
};

namespace detail {

template <typename T, typename = void>
struct HasTexts : std::false_type {};
template <typename T>
struct HasTexts<T, std::void_t<decltype(T::kTexts)>> : std::true_type {};
template <typename T, typename = void>
struct HasParams : std::false_type {};
template <typename T>
struct HasParams<T, std::void_t<decltype(T::kParams)>> : std::true_type {};

inline Node& nodeOf(void* node) { return *static_cast<Node*>(node); }

template <typename T>
void* create(const downbeat_node_type*) {
  try {
    return static_cast<Node*>(new T());
  } catch (...) {
    return nullptr;
  }
}

inline int fail(const downbeat_prepare_info* info, const char* reason) {
  const std::size_t bytes = std::min<std::size_t>(std::strlen(reason) + 1, info->error_bytes);
  if (bytes == 0) return 1;
  std::memcpy(info->error, reason, bytes - 1);
  info->error[bytes - 1] = '\0';
  return 1;
}

inline int prepare(void* node, const downbeat_prepare_info* info) {
  try {
    const std::string reason = nodeOf(node).prepare({info->sample_rate, info->seed, info});
    return reason.empty() ? 0 : fail(info, reason.c_str());
  } catch (const std::exception& trouble) {
    return fail(info, trouble.what());
  } catch (...) {
    return fail(info, "an exception without words");
  }
}

inline void service(void* node) {
  try {
    nodeOf(node).service();
  } catch (...) {
    // There is nobody to tell: it tries again.
  }
}

template <typename T>
downbeat_node_type describe() {
  static_assert(std::is_base_of_v<Node, T>, "a node derives from downbeat_node::Node");
  constexpr bool kOwnNotes = !std::is_same_v<decltype(&T::noteOn), decltype(&Node::noteOn)>;
  constexpr bool kOwnService = !std::is_same_v<decltype(&T::service), decltype(&Node::service)>;
  downbeat_node_type type{};
  type.type = T::kType;
  type.summary = T::kSummary;
  if constexpr (HasParams<T>::value) {
    type.params = std::data(T::kParams);
    type.param_count = static_cast<std::uint32_t>(std::size(T::kParams));
  }
  if constexpr (HasTexts<T>::value) {
    type.texts = std::data(T::kTexts);
    type.text_count = static_cast<std::uint32_t>(std::size(T::kTexts));
  }
  type.input_channels = T::kChannels.in;
  type.output_channels = T::kChannels.out;
  type.has_key_input = T::kChannels.hasKey ? 1 : 0;
  type.create = &create<T>;
  type.destroy = [](void* node) { delete static_cast<Node*>(node); };
  type.prepare = &prepare;
  type.reset = [](void* node) { nodeOf(node).reset(); };
  type.process = [](void* node, const downbeat_io* io) { nodeOf(node).process(*io); };
  type.trigger = [](void* node, float velocity) { nodeOf(node).trigger(velocity); };
  if constexpr (kOwnNotes) {
    type.note_on = [](void* node, std::uint32_t note, float velocity, std::uint32_t gateFrames) {
      nodeOf(node).noteOn(note, velocity, gateFrames);
    };
  }
  type.note_off = [](void* node, std::uint32_t note) { nodeOf(node).noteOff(note); };
  type.latency_frames = [](const void* node) {
    return static_cast<const Node*>(node)->latencyFrames();
  };
  type.voices = [](const void* node) { return static_cast<const Node*>(node)->voices(); };
  if constexpr (kOwnService) type.service = &service;
  return type;
}

template <typename... Types>
const downbeat_node_library* library() {
  static const downbeat_node_type kTypes[] = {describe<Types>()...};
  static const downbeat_node_type* pointers[sizeof...(Types)];
  for (std::size_t i = 0; i < sizeof...(Types); ++i) pointers[i] = &kTypes[i];
  static const downbeat_node_library kAll{DOWNBEAT_NODE_ABI, sizeof...(Types), pointers};
  return &kAll;
}

}  // namespace detail
}  // namespace downbeat_node

/// Once in a library, with all its node classes.
#define DOWNBEAT_NODE_LIBRARY(...)                                                \
  extern "C" DOWNBEAT_NODE_EXPORT const downbeat_node_library* downbeat_nodes() { \
    return downbeat_node::detail::library<__VA_ARGS__>();                         \
  }
