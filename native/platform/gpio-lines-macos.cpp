// SPDX-License-Identifier: GPL-3.0-or-later
// A Mac has no lines.
#include "platform/gpio-lines.hpp"

namespace downbeat::platform {
namespace {

Error nowhere() { return {"PANEL_DEVICE_MISSING", "there are GPIO chips on Linux only", ""}; }

}  // namespace

GpioLines::~GpioLines() = default;
GpioLines::GpioLines(GpioLines&& other) noexcept = default;
GpioLines& GpioLines::operator=(GpioLines&& other) noexcept = default;

Result<GpioLines> GpioLines::watch(const std::vector<GpioPlace>&, const GpioInput&) {
  return nowhere();
}
Result<GpioLines> GpioLines::drive(const GpioPlace&, bool) { return nowhere(); }
int GpioLines::read(GpioEdge*, std::size_t) { return -1; }
bool GpioLines::levels(std::uint32_t&) const { return false; }
bool GpioLines::set(bool) const { return false; }

}  // namespace downbeat::platform
