// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not call non-'nonblocking' function 'downbeat::transport::Transport::prepare'
#include "transport/transport.hpp"

void restart(downbeat::transport::Transport& transport) RT_SAFE {
#ifdef DOWNBEAT_MENDED
  transport.changeSampleRate(44100.0);
#else
  transport.prepare(44100.0, downbeat::Tempo{}, downbeat::Beats{4.0});
#endif
}
