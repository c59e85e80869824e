// SPDX-License-Identifier: GPL-3.0-or-later
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

// Plugins of other people may leak (the example metronome of LV2 does); what is ours may not.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:/usr/lib/lv2/\n";
}

// libjack closes a socket that another of its threads has just read. Theirs, not ours.
extern "C" const char* __tsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions() {
  return "race:libjack.so\n";
}
