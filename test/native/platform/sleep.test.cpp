// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sleep.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/host-clock.hpp"
#include "platform/thread.hpp"

using namespace downbeat;

TEST_CASE("an absolute sleep never ends before its time on the host clock") {
  platform::HostSleeper sleeper;
  for (int i = 0; i < 20; ++i) {
    const HostMicros deadline = hostNow() + HostMicros{3000 + 100 * i};
    sleeper.sleepUntil(deadline);
    const HostMicros woken = hostNow();
    CHECK(woken >= deadline);
    CHECK(woken < deadline + HostMicros{1'000'000});
  }
}

TEST_CASE("a time that has passed is not slept for") {
  platform::HostSleeper sleeper;
  const HostMicros before = hostNow();
  for (int i = 0; i < 100; ++i) sleeper.sleepUntil(before - HostMicros{1000});
  CHECK(hostNow() < before + HostMicros{500'000});
}

TEST_CASE("a signal ends a sleep, and one that came before it too") {
  platform::HostSleeper sleeper;
  platform::WakeSignal signal;
  std::thread other([&signal] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    signal.wake();
    signal.wake();
  });
  const HostMicros before = hostNow();
  CHECK(sleeper.sleepUntil(before + HostMicros{60'000'000}, signal));
  other.join();
  CHECK(hostNow() < before + HostMicros{30'000'000});
  (void)signal.take();
  CHECK_FALSE(sleeper.sleepUntil(hostNow() + HostMicros{3000}, signal));
  signal.wake();
  CHECK(sleeper.sleepUntil(hostNow() + HostMicros{60'000'000}, signal));
  CHECK_FALSE(signal.take());
}

TEST_CASE("realtime scheduling is granted or says in a sentence why not") {
  std::thread thread([] {
    platform::setThreadName("a name that is longer than fifteen");
    const platform::RealtimeGrant grant = platform::requestRealtime(10);
    if (grant.isGranted) {
      CHECK(grant.priority >= 1);
      CHECK(grant.priority <= 10);
    } else {
      CHECK(grant.priority == 0);
      CHECK(grant.note.find("priority") != std::string::npos);
    }
  });
  thread.join();
}
