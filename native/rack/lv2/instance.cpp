// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/instance.hpp"

#include <lv2/worker/worker.h>

#include <cmath>

#include "platform/dynamic-library.hpp"
#include "rack/lv2/world.hpp"

namespace downbeat::rack::lv2 {
namespace {

bool isAudio(PortRole role) {
  return role == PortRole::audioIn || role == PortRole::audioOut || role == PortRole::keyIn ||
         role == PortRole::silentIn || role == PortRole::audioLost;
}

bool isEvents(PortRole role) { return role == PortRole::eventsIn || role == PortRole::eventsOut; }

/// Numbers of ports are parameters of the rack: the plan says them.
void ignorePortValue(const char*, void*, const void*, std::uint32_t, std::uint32_t) {}

}  // namespace

Instance::Instance(const PluginType& type, double sampleRate, bool isFixed, OutsideLog& log)
    : type_(type), isFixed_(isFixed), features_(type, sampleRate, isFixed, worker_, log) {}

Instance::~Instance() {
  if (plugin_ == nullptr) return;
  if (isActive_) lilv_instance_deactivate(plugin_);
  const std::lock_guard<std::mutex> lock(World::get().mutex());
  lilv_instance_free(plugin_);
}

Result<std::unique_ptr<Instance>> Instance::make(const PluginType& type, double sampleRate,
                                                 OutsideLog& log) {
  // Asked first, because lilv says the reason of a failure on standard error alone. And plugins
  // are not unloaded: some leave threads behind.
  const auto library = platform::DynamicLibrary::open(type.programPath);
  if (!library.isOk()) return refusal(type, "cannot start: " + library.error().message + ".");
  // Some, such as convolutions, want longer blocks than the graph's and do not say so before.
  for (const bool isFixed : {false, true}) {
    if (!isFixed && type.needsFixedBlocks) continue;
    std::unique_ptr<Instance> instance(new Instance(type, sampleRate, isFixed, log));
    if (instance->start(sampleRate)) return instance;
  }
  log.tell();
  const std::string words = log.lastLine().empty() ? "." : ": " + log.lastLine();
  return refusal(type,
                 "does not start at " + std::to_string(std::lround(sampleRate)) + " Hz" + words);
}

bool Instance::start(double sampleRate) {
  {
    const std::lock_guard<std::mutex> lock(World::get().mutex());
    plugin_ = lilv_plugin_instantiate(type_.plugin, sampleRate, features_.forInstance());
  }
  if (plugin_ == nullptr) return false;
  const auto* worker = static_cast<const LV2_Worker_Interface*>(
      lilv_instance_get_extension_data(plugin_, LV2_WORKER__interface));
  worker_.attach(lilv_instance_get_handle(plugin_), worker);
  makeBuffers();
  connect();
  if (type_.hasDefaultState) restoreDefaultState();
  lilv_instance_activate(plugin_);
  isActive_ = true;
  if (worker_.hasAnswers()) {
    // What its state brought, such as a sound file, reaches a plugin after a run: a silent one.
    beginEvents();
    run(isFixed_ ? kFixedBlockFrames : kFreeBlockFrames);
    hasRun_ = false;
  }
  return true;
}

void Instance::makeBuffers() {
  controls_.assign(type_.ports.size(), 0.0F);
  audioOf_.assign(type_.ports.size(), kNone);
  events_.resize(type_.ports.size());
  std::uint32_t count = 0;
  for (std::uint32_t p = 0; p < type_.ports.size(); ++p) {
    const Port& port = type_.ports[p];
    controls_[p] = port.initial;
    if (isAudio(port.role)) audioOf_[p] = count++;
    if (isEvents(port.role)) {
      events_[p] = std::make_unique<EventBuffer>(port.bufferBytes, urids());
    }
    if (port.role == PortRole::param) controls_[p] = type_.paramTable[port.index].initial;
    if (port.role == PortRole::tempoBpm) controls_[p] = 120.0F;
    if (port.role == PortRole::tempoSpeed) controls_[p] = 0.0F;
    if (port.role == PortRole::beatsPerBar) controls_[p] = 4.0F;
    if (port.role == PortRole::latency) latencyPort_ = p;
  }
  buffers_.resize(count);
  inputs_.resize(type_.inputChannels);
  keys_.resize(type_.keyChannels);
  outputs_.resize(type_.outputChannels);
}

void Instance::connect() {
  for (std::uint32_t p = 0; p < type_.ports.size(); ++p) {
    const Port& port = type_.ports[p];
    void* at = &controls_[p];
    if (isAudio(port.role)) at = audio(p);
    if (isEvents(port.role)) at = events_[p]->data();
    if (port.role == PortRole::unused) at = nullptr;
    if (port.role == PortRole::audioIn) inputs_[port.index] = audio(p);
    if (port.role == PortRole::keyIn) keys_[port.index] = audio(p);
    if (port.role == PortRole::audioOut) outputs_[port.index] = audio(p);
    lilv_instance_connect_port(plugin_, p, at);
  }
}

void Instance::restoreDefaultState() {
  World& world = World::get();
  const std::lock_guard<std::mutex> lock(world.mutex());
  LilvState* state =
      lilv_state_new_from_world(world.lilv(), uridMap(), lilv_plugin_get_uri(type_.plugin));
  if (state == nullptr) return;
  lilv_state_restore(state, plugin_, &ignorePortValue, nullptr, 0, features_.forRestore());
  lilv_state_free(state);
}

void Instance::beginEvents() RT_SAFE {
  for (std::size_t p = 0; p < events_.size(); ++p) {
    if (events_[p] == nullptr) continue;
    if (type_.ports[p].role == PortRole::eventsIn) {
      events_[p]->beginInput();
    } else {
      events_[p]->offerOutput();
    }
  }
}

void Instance::run(std::uint32_t frames) RT_SAFE {
  hasRun_ = true;
  RT_ALLOW("an LV2 plugin is foreign code", lilv_instance_run(plugin_, frames));
  worker_.deliver();
}

std::uint32_t Instance::latencyFrames() const RT_SAFE {
  constexpr float kMost = 1 << 20;
  const float frames = latencyPort_ == kNone ? 0.0F : controls_[latencyPort_];
  return frames > 0.0F && frames < kMost ? static_cast<std::uint32_t>(frames + 0.5F) : 0;
}

}  // namespace downbeat::rack::lv2
