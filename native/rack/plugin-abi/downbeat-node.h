// SPDX-License-Identifier: GPL-3.0-or-later
// Node types in shared libraries: the face between Downbeat and code that is built elsewhere.
// Plain C, so that any compiler and language can stand on either side. In C++ downbeat-node.hpp
// makes of it a class; docs/external-nodes.md shows both.
//
// A library has one function, `downbeat_nodes`. Everything it points at is constant and lives as
// long as the process: a library is never unloaded.
//
// Threads. `create`, `prepare` and `destroy` are called on a control thread: they may allocate,
// read files and fail. `reset`, `trigger`, `note_on`, `note_off`, `process`, `latency_frames` and
// `voices` are called on the audio thread: they never allocate, free, lock, wait, read, write or
// throw. `service` is called on a worker thread, beside the audio thread. Calls for one node on one
// thread never overlap; different nodes may be called at once.
#ifndef DOWNBEAT_NODE_H
#define DOWNBEAT_NODE_H

#include <stdint.h>

// NOLINTBEGIN(readability-identifier-naming): the names of C, which has no namespaces.

#ifdef __cplusplus
extern "C" {
#endif

// Raised whenever anything below changes. A host loads only libraries of its own version.
#define DOWNBEAT_NODE_ABI 1U

#define DOWNBEAT_NODE_SYMBOL "downbeat_nodes"

#if defined(__GNUC__)
#define DOWNBEAT_NODE_EXPORT __attribute__((visibility("default")))
#else
#define DOWNBEAT_NODE_EXPORT
#endif

// The most frames of one `process`.
#define DOWNBEAT_NODE_MAX_FRAMES 32U

// How a parameter that is told to ramp moves.
enum downbeat_smoothing {
  DOWNBEAT_STEP = 0,        // takes the value at once
  DOWNBEAT_LINEAR = 1,      // every frame the same difference
  DOWNBEAT_EXPONENTIAL = 2  // every frame the same factor
};

typedef struct downbeat_param {
  uint32_t id;       // of plans and commands, not 0; never changes its meaning later
  const char* name;  // "RATE_HZ": capitals, digits, underscores
  const char* key;   // "rateHz": what a rack file writes
  const char* unit;  // "Hz", "ms", "dB", "" for a ratio
  float min;
  float max;
  float initial;
  uint32_t smoothing;  // one of downbeat_smoothing
  // Names of the whole values from `min` on, separated by spaces, or null.
  const char* choices;
} downbeat_param;

// What a node is told in words, once, before it plays: a file, an address.
typedef struct downbeat_text {
  const char* key;
  const char* summary;
  uint32_t is_file;    // a path: relative to the rack file there, absolute when it comes here
  uint32_t is_needed;  // without it the node cannot play
} downbeat_text;

typedef struct downbeat_text_value {
  const char* key;
  const char* value;
} downbeat_text_value;

typedef struct downbeat_prepare_info {
  double sample_rate;
  // Of this node. All its random numbers come from here, so that a song is the same every time.
  uint64_t seed;
  const downbeat_text_value* texts;
  uint32_t text_count;
  // For a sentence that says why `prepare` failed, ended by a zero.
  uint32_t error_bytes;
  char* error;
} downbeat_prepare_info;

// One call: planar buffers of `frames` frames. The same frames may come in any pieces; the sound
// must not depend on how they are cut.
typedef struct downbeat_io {
  const float* const* in;   // by channel; silence when nothing is connected
  const float* const* key;  // by channel of `in`, one at least; null when no key is connected
  float* const* out;        // by channel, to be overwritten
  uint32_t frames;          // 1 to DOWNBEAT_NODE_MAX_FRAMES
  // Another number whenever a parameter has moved: compute coefficients only then.
  uint32_t params_version;
  const float* params;  // in the order of the table, constant in one call
  // Where the song is at the first frame, in quarter notes; it stands while nothing plays.
  double beat;
  double beats_per_frame;  // at the tempo of now, also while nothing plays
  uint32_t is_playing;
  uint32_t reserved;
} downbeat_io;

typedef struct downbeat_node_type {
  const char* type;     // "author.name": small letters, digits, underscores, one dot at least
  const char* summary;  // one sentence, shown in lists
  const downbeat_param* params;
  const downbeat_text* texts;
  uint32_t param_count;
  uint32_t text_count;
  uint32_t input_channels;   // 0 (a source), 1 or 2
  uint32_t output_channels;  // 1 or 2
  uint32_t has_key_input;
  uint32_t reserved;

  // Null when it fails. `type` is this struct.
  void* (*create)(const struct downbeat_node_type* type);
  void (*destroy)(void* node);
  // Called once. 0 is well.
  int (*prepare)(void* node, const downbeat_prepare_info* info);
  // Silence, as after `prepare`; parameters keep their values.
  void (*reset)(void* node);
  void (*process)(void* node, const downbeat_io* io);

  // The following may be null.
  void (*trigger)(void* node, float velocity);  // a hit, now; velocity 0 to 1
  // A note, now: 0 to 127, held for `gate_frames`, or until `note_off` when 0. A type without it
  // hears a note as a hit, with its parameter NOTE_SEMITONES set if it has one.
  void (*note_on)(void* node, uint32_t note, float velocity, uint32_t gate_frames);
  void (*note_off)(void* node, uint32_t note);
  // Frames from input to output, constant after `prepare`.
  uint32_t (*latency_frames)(const void* node);
  // Voices that sound now.
  uint32_t (*voices)(const void* node);
  // What the audio thread must not do; called every few milliseconds.
  void (*service)(void* node);
} downbeat_node_type;

typedef struct downbeat_node_library {
  uint32_t abi_version;  // DOWNBEAT_NODE_ABI, always the first
  uint32_t type_count;
  const downbeat_node_type* const* types;
} downbeat_node_library;

// The only symbol that is looked for.
typedef const downbeat_node_library* (*downbeat_nodes_function)(void);
DOWNBEAT_NODE_EXPORT const downbeat_node_library* downbeat_nodes(void);

#ifdef __cplusplus
}
#endif

// NOLINTEND(readability-identifier-naming)
#endif  // DOWNBEAT_NODE_H
