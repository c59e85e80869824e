// SPDX-License-Identifier: GPL-3.0-or-later
// A library with one good type among bad ones, each of which has one mistake; and a second
// example.tremolo, where the first to come is taken.
#include "downbeat-node.h"

namespace {

void* create(const downbeat_node_type*) {
  static int node;
  return &node;
}
void* createNothing(const downbeat_node_type*) { return nullptr; }
void destroy(void*) {}
int prepare(void*, const downbeat_prepare_info*) { return 0; }
int refuse(void*, const downbeat_prepare_info*) { return 1; }
void reset(void*) {}
void process(void*, const downbeat_io* io) {
  for (uint32_t i = 0; i < io->frames; ++i) io->out[0][i] = 0.25F;
}

constexpr downbeat_param kTwice[] = {
    {1, "LEVEL", "level", "", 0.0F, 1.0F, 0.5F, DOWNBEAT_LINEAR, nullptr},
    {1, "OTHER", "other", "", 0.0F, 1.0F, 0.5F, DOWNBEAT_LINEAR, nullptr}};
constexpr downbeat_param kOutside[] = {
    {1, "LEVEL", "level", "", 0.0F, 1.0F, 2.0F, DOWNBEAT_LINEAR, nullptr}};
constexpr downbeat_param kSmall[] = {
    {1, "level", "level", "", 0.0F, 1.0F, 0.5F, DOWNBEAT_LINEAR, nullptr}};

downbeat_node_type good(const char* name) {
  downbeat_node_type type{};
  type.type = name;
  type.summary = "A level.";
  type.output_channels = 1;
  type.create = create;
  type.destroy = destroy;
  type.prepare = prepare;
  type.reset = reset;
  type.process = process;
  return type;
}

template <typename Change>
downbeat_node_type bad(const char* name, Change change) {
  downbeat_node_type type = good(name);
  change(type);
  return type;
}

const downbeat_node_type kTypes[] = {
    good("test.level"),
    good("example.tremolo"),
    good("nodot"),
    good("Test.Capital"),
    bad("test.summary", [](auto& t) { t.summary = nullptr; }),
    bad("test.wide", [](auto& t) { t.output_channels = 3; }),
    bad("test.deaf", [](auto& t) { t.process = nullptr; }),
    bad("test.table", [](auto& t) { t.param_count = 2; }),
    bad("test.twice", [](auto& t) { t.params = kTwice, t.param_count = 2; }),
    bad("test.outside", [](auto& t) { t.params = kOutside, t.param_count = 1; }),
    bad("test.small", [](auto& t) { t.params = kSmall, t.param_count = 1; }),
    bad("test.nothing", [](auto& t) { t.create = createNothing; }),
    bad("test.refuse", [](auto& t) { t.prepare = refuse; }),
};
constexpr uint32_t kCount = sizeof kTypes / sizeof kTypes[0];

}  // namespace

extern "C" DOWNBEAT_NODE_EXPORT const downbeat_node_library* downbeat_nodes() {
  static const downbeat_node_type* pointers[kCount];
  for (uint32_t i = 0; i < kCount; ++i) pointers[i] = &kTypes[i];
  static const downbeat_node_library library{DOWNBEAT_NODE_ABI, kCount, pointers};
  return &library;
}
