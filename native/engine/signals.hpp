// SPDX-License-Identifier: GPL-3.0-or-later
// SIGTERM and SIGINT as a descriptor that becomes readable, so that the control loop ends in order.
#pragma once

namespace downbeat::engine {

/// Installs the handlers; SIGPIPE and SIGHUP are ignored (a terminal or a log that went away does
/// not end the music). Returns the descriptor to poll, or -1. Thread: control, once.
[[nodiscard]] int installSignals();

/// A signal asked for the end. Thread: any.
[[nodiscard]] bool endWasAskedFor();

}  // namespace downbeat::engine
