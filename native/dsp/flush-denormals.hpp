// SPDX-License-Identifier: GPL-3.0-or-later
// Denormal numbers cost a hundred times a normal one on some processors: a thread that makes sound
// treats them as zero for as long as one of these lives on its stack.
#pragma once

#include <cstdint>

#if defined(__SSE__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: any; acts on the calling thread and gives back what it found.
class FlushDenormals {
 public:
  FlushDenormals() RT_SAFE : before_(read()) { write(before_ | kFlush); }
  ~FlushDenormals() RT_SAFE { write(before_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__SSE__) || defined(_M_X64)
  using Word = std::uint32_t;
  static constexpr Word kFlush = 0x8040;  // flush to zero, denormals are zero
  static Word read() RT_SAFE { return _mm_getcsr(); }
  static void write(Word word) RT_SAFE { _mm_setcsr(word); }
#elif defined(__aarch64__)
  using Word = std::uint64_t;
  static constexpr Word kFlush = Word{1} << 24;  // FPCR.FZ
  static Word read() RT_SAFE {
    Word word = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(word));
    return word;
  }
  static void write(Word word) RT_SAFE { __asm__ volatile("msr fpcr, %0" : : "r"(word)); }
#elif defined(__arm__) && defined(__ARM_FP)
  using Word = std::uint32_t;
  static constexpr Word kFlush = Word{1} << 24;  // FPSCR.FZ
  static Word read() RT_SAFE {
    Word word = 0;
    __asm__ volatile("vmrs %0, fpscr" : "=r"(word));
    return word;
  }
  static void write(Word word) RT_SAFE { __asm__ volatile("vmsr fpscr, %0" : : "r"(word)); }
#else
  // Elsewhere the flushes inside filters and delays have to do.
  using Word = std::uint32_t;
  static constexpr Word kFlush = 0;
  static Word read() RT_SAFE { return 0; }
  static void write(Word) RT_SAFE {}
#endif

  Word before_;
};

}  // namespace downbeat::dsp
