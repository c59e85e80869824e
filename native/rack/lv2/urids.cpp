// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/urids.hpp"

#include <lv2/atom/atom.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/time/time.h>

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace downbeat::rack::lv2 {
namespace {

/// Owns: all addresses, until the process ends: plugins keep pointers to them.
class Register {
 public:
  LV2_URID map(const char* uri) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = numbers_.find(uri);
    if (found != numbers_.end()) return found->second;
    addresses_.emplace_back(uri);
    const auto number = static_cast<LV2_URID>(addresses_.size());
    numbers_.emplace(addresses_.back(), number);
    return number;
  }

  const char* unmap(LV2_URID number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return number == 0 || number > addresses_.size() ? nullptr : addresses_[number - 1].c_str();
  }

 private:
  std::mutex mutex_;
  std::deque<std::string> addresses_;
  std::unordered_map<std::string, LV2_URID> numbers_;
};

Register& theRegister() {
  static auto* instance = new Register;  // plugins may ask while the process ends
  return *instance;
}

LV2_URID map(void* handle, const char* uri) { return static_cast<Register*>(handle)->map(uri); }

const char* unmap(void* handle, LV2_URID number) {
  return static_cast<Register*>(handle)->unmap(number);
}

}  // namespace

LV2_URID_Map* uridMap() {
  static LV2_URID_Map feature{&theRegister(), &map};
  return &feature;
}

LV2_URID_Unmap* uridUnmap() {
  static LV2_URID_Unmap feature{&theRegister(), &unmap};
  return &feature;
}

LV2_URID uridOf(const char* uri) { return theRegister().map(uri); }

const Urids& urids() {
  static const Urids kAll{
      uridOf(LV2_ATOM__Chunk),          uridOf(LV2_ATOM__Double),
      uridOf(LV2_ATOM__Float),          uridOf(LV2_ATOM__Int),
      uridOf(LV2_ATOM__Long),           uridOf(LV2_ATOM__Object),
      uridOf(LV2_ATOM__Path),           uridOf(LV2_ATOM__Sequence),
      uridOf(LV2_ATOM__URID),           uridOf(LV2_MIDI__MidiEvent),
      uridOf(LV2_PATCH__property),      uridOf(LV2_PATCH__Set),
      uridOf(LV2_PATCH__value),         uridOf(LV2_TIME__bar),
      uridOf(LV2_TIME__barBeat),        uridOf(LV2_TIME__beat),
      uridOf(LV2_TIME__beatUnit),       uridOf(LV2_TIME__beatsPerBar),
      uridOf(LV2_TIME__beatsPerMinute), uridOf(LV2_TIME__frame),
      uridOf(LV2_TIME__Position),       uridOf(LV2_TIME__speed),
  };
  return kAll;
}

}  // namespace downbeat::rack::lv2
