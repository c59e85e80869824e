// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of a GPIO chip: edges with the kernel's time and number, levels, and outputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "base/units.hpp"

namespace downbeat::platform {

/// A line by its name, or by its offset when the name is empty.
struct GpioPlace {
  /// Labels, names or paths of chips; of those that are there the first counts. None: any chip.
  std::vector<std::string> chips;
  std::string line;
  std::uint32_t offset = 0;
};

enum class GpioBias : std::uint8_t { none, up, down };

struct GpioInput {
  GpioBias bias = GpioBias::up;
  bool isActiveLow = true;
  std::uint32_t steadyMicros = 0;  ///< the kernel tells of a level that was there for so long
};

struct GpioEdge {
  std::uint32_t line = 0;  ///< place among those that were asked for
  bool isActive = false;
  std::uint32_t lost = 0;  ///< edges of these lines before it that the kernel did not tell
  HostMicros at{};
};

/// Owns: the file descriptor of the request. Thread: one, a worker.
class GpioLines {
 public:
  GpioLines() = default;
  ~GpioLines();
  GpioLines(GpioLines&& other) noexcept;
  GpioLines& operator=(GpioLines&& other) noexcept;
  GpioLines(const GpioLines&) = delete;
  GpioLines& operator=(const GpioLines&) = delete;

  /// Edges of one or two lines of one chip, in their order.
  /// Errors: `PANEL_DEVICE_MISSING` without such a chip or line, `PANEL_DEVICE_FAILED` when it
  /// cannot be had: who has it is said.
  [[nodiscard]] static Result<GpioLines> watch(const std::vector<GpioPlace>& places,
                                               const GpioInput& input);
  /// One line to be driven, inactive at first. Errors: as `watch`.
  [[nodiscard]] static Result<GpioLines> drive(const GpioPlace& place, bool isActiveLow);

  /// In the order in which they happened. Edges read, 0 when there is none, -1 when the chip is
  /// gone. Waits only for an edge that another one has overtaken, 3 ms at most.
  [[nodiscard]] int read(GpioEdge* edges, std::size_t capacity);
  /// As they are now, a bit for each line. False when the chip is gone.
  [[nodiscard]] bool levels(std::uint32_t& active) const;
  [[nodiscard]] bool set(bool isActive) const;

  /// Readable when there are edges.
  [[nodiscard]] int fd() const { return fd_; }

 private:
  static constexpr std::size_t kMaxLines = 2;

  /// An edge as the kernel told it.
  struct Told {
    std::uint32_t number = 0;  ///< among those of these lines, from 1
    std::uint32_t line = 0;
    bool isActive = false;
    HostMicros at{};
  };

  /// What the kernel has is put where it belongs among what waits. False when the chip is gone.
  [[nodiscard]] bool collect();

  int fd_ = -1;
  std::uint32_t count_ = 0;
  std::uint32_t offsets_[kMaxLines] = {};
  std::uint32_t number_ = 0;  ///< of the newest edge that was read
  std::vector<Told> told_;    ///< and not read yet, by their numbers
};

}  // namespace downbeat::platform
