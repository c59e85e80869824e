// SPDX-License-Identifier: GPL-3.0-or-later
// RT_SAFE marks everything the audio callback can reach. Clang 20 and newer prove it when compiling
// (-Werror=function-effects) and when running (-fsanitize=realtime); other compilers see noexcept.
#pragma once

#if defined(__clang__) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::nonblocking)
#define RT_SAFE noexcept [[clang::nonblocking]]
#endif
#endif
#ifndef RT_SAFE
#define RT_SAFE noexcept
#endif

// The one way around the rule: `RT_ALLOW("reason", statement)`. The reason is read by reviewers.
// Rare: foreign code that is known not to block and is not marked.
#if defined(__clang__) && __clang_major__ >= 20
#if defined(__has_feature)
#if __has_feature(realtime_sanitizer)
#include <sanitizer/rtsan_interface.h>
#define DOWNBEAT_RTSAN_SCOPE ::__rtsan::ScopedDisabler downbeatRtsanScope
#endif
#endif
#ifndef DOWNBEAT_RTSAN_SCOPE
#define DOWNBEAT_RTSAN_SCOPE (void)0
#endif
#define RT_ALLOW(reason, ...)                                                                   \
  do {                                                                                          \
    static_assert(sizeof(reason) > 8, "RT_ALLOW wants a real reason");                          \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wfunction-effects\"") \
        DOWNBEAT_RTSAN_SCOPE;                                                                   \
    __VA_ARGS__;                                                                                \
    _Pragma("clang diagnostic pop")                                                             \
  } while (false)
#else
#define RT_ALLOW(reason, ...)                                          \
  do {                                                                 \
    static_assert(sizeof(reason) > 8, "RT_ALLOW wants a real reason"); \
    __VA_ARGS__;                                                       \
  } while (false)
#endif
