// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/event-buffer.hpp"

#include <array>
#include <cmath>
#include <cstring>

namespace downbeat::rack::lv2 {
namespace {

constexpr double kBeatsPerBar = 4.0;

constexpr std::uint32_t padded(std::uint32_t bytes) RT_SAFE { return (bytes + 7U) & ~7U; }

/// The body of an atom:Object with numbers of 32 or 64 bits as properties.
class ObjectBody {
 public:
  explicit ObjectBody(LV2_URID type) RT_SAFE {
    const LV2_Atom_Object_Body head{0, type};
    std::memcpy(words_.data(), &head, sizeof head);
  }

  template <typename Number>
  void add(LV2_URID key, LV2_URID type, Number value) RT_SAFE {
    static_assert(sizeof(Number) <= sizeof(std::uint64_t), "a number");
    const LV2_Atom_Property_Body head{key, 0, {sizeof(Number), type}};
    auto* to = reinterpret_cast<char*>(words_.data()) + bytes_;
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + sizeof head, &value, sizeof value);
    bytes_ += padded(static_cast<std::uint32_t>(sizeof head + sizeof value));
  }

  [[nodiscard]] const void* data() const RT_SAFE { return words_.data(); }
  [[nodiscard]] std::uint32_t bytes() const RT_SAFE { return bytes_; }

 private:
  std::array<std::uint64_t, 32> words_{};
  std::uint32_t bytes_ = sizeof(LV2_Atom_Object_Body);
};

}  // namespace

void EventBuffer::beginInput() RT_SAFE {
  LV2_Atom_Sequence& all = sequence();
  all.atom.type = urids_->atomSequence;
  all.atom.size = sizeof(LV2_Atom_Sequence_Body);
  all.body.unit = 0;  // frames
  all.body.pad = 0;
}

void EventBuffer::offerOutput() RT_SAFE {
  LV2_Atom_Sequence& all = sequence();
  all.atom.type = urids_->atomChunk;
  all.atom.size = static_cast<std::uint32_t>(words_.size() * sizeof(std::uint64_t)) -
                  static_cast<std::uint32_t>(sizeof(LV2_Atom));
}

bool EventBuffer::add(std::uint32_t frame, LV2_URID type, const void* body, std::uint32_t bytes)
    RT_SAFE {
  LV2_Atom_Sequence& all = sequence();
  const std::uint32_t used = static_cast<std::uint32_t>(sizeof(LV2_Atom)) + padded(all.atom.size);
  const std::uint32_t needed = static_cast<std::uint32_t>(sizeof(LV2_Atom_Event)) + padded(bytes);
  if (used + needed > words_.size() * sizeof(std::uint64_t)) return false;
  char* to = reinterpret_cast<char*>(words_.data()) + used;
  auto* event = reinterpret_cast<LV2_Atom_Event*>(to);
  event->time.frames = frame;
  event->body.size = bytes;
  event->body.type = type;
  std::memcpy(to + sizeof(LV2_Atom_Event), body, bytes);
  all.atom.size += needed;
  return true;
}

bool EventBuffer::addTime(std::uint32_t frame, const MusicalTime& time, double sampleRate) RT_SAFE {
  const Urids& u = *urids_;
  const double bar = std::floor(time.beat / kBeatsPerBar);
  const double bpm = time.beatsPerFrame * sampleRate * 60.0;
  ObjectBody body(u.timePosition);
  body.add(u.timeFrame, u.atomLong,
           static_cast<std::int64_t>(
               time.beatsPerFrame > 0.0 ? std::floor(time.beat / time.beatsPerFrame + 0.5) : 0.0));
  body.add(u.timeSpeed, u.atomFloat, time.isPlaying ? 1.0F : 0.0F);
  body.add(u.timeBar, u.atomLong, static_cast<std::int64_t>(bar));
  body.add(u.timeBarBeat, u.atomFloat, static_cast<float>(time.beat - bar * kBeatsPerBar));
  body.add(u.timeBeat, u.atomDouble, time.beat);
  body.add(u.timeBeatUnit, u.atomInt, std::int32_t{4});
  body.add(u.timeBeatsPerBar, u.atomFloat, static_cast<float>(kBeatsPerBar));
  body.add(u.timeBeatsPerMinute, u.atomFloat, static_cast<float>(bpm));
  return add(frame, u.atomObject, body.data(), body.bytes());
}

std::vector<std::uint64_t> fileMessage(LV2_URID property, const std::string& path) {
  const Urids& u = urids();
  const auto pathBytes = static_cast<std::uint32_t>(path.size() + 1);
  const LV2_Atom_Object_Body head{0, u.patchSet};
  const LV2_Atom_Property_Body which{u.patchProperty, 0, {sizeof(LV2_URID), u.atomUrid}};
  const LV2_Atom_Property_Body what{u.patchValue, 0, {pathBytes, u.atomPath}};
  constexpr std::uint32_t kWhichBytes = padded(sizeof which + sizeof property);
  const std::uint32_t bytes =
      static_cast<std::uint32_t>(sizeof head) + kWhichBytes + padded(sizeof what + pathBytes);
  std::vector<std::uint64_t> words(bytes / sizeof(std::uint64_t));
  auto* to = reinterpret_cast<char*>(words.data());
  std::memcpy(to, &head, sizeof head);
  to += sizeof head;
  std::memcpy(to, &which, sizeof which);
  std::memcpy(to + sizeof which, &property, sizeof property);
  to += kWhichBytes;
  std::memcpy(to, &what, sizeof what);
  std::memcpy(to + sizeof what, path.c_str(), pathBytes);
  return words;
}

}  // namespace downbeat::rack::lv2
