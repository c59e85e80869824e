// SPDX-License-Identifier: GPL-3.0-or-later
// Small LV2 plugins, each of which makes one thing that a host does audible. What their ports are
// is in plugins.ttl; audio in is port 0 and audio out port 1 where nothing else is said.
#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/midi/midi.h>
#include <lv2/options/options.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 16, LINE = 1024 };

typedef struct {
  void* ports[PORTS];
  const LV2_URID_Map* map;
  const LV2_URID_Unmap* unmap;
  const LV2_Log_Log* log;
  const LV2_Worker_Schedule* schedule;
  const LV2_Options_Option* options;
  double rate;
  float line[LINE];
  uint32_t at;
  float value;
  float value2;
} Plugin;

static float* audio(Plugin* p, int port) { return (float*)p->ports[port]; }
static float control(Plugin* p, int port) { return *(float*)p->ports[port]; }

static int32_t longest_block(const Plugin* p) {
  const LV2_URID most = p->map->map(p->map->handle, LV2_BUF_SIZE__maxBlockLength);
  for (const LV2_Options_Option* o = p->options; o->key != 0; ++o) {
    if (o->key == most) return *(const int32_t*)o->value;
  }
  return 0;
}

static LV2_Handle instantiate(const LV2_Descriptor* d, double rate, const char* path,
                              const LV2_Feature* const* features) {
  Plugin* p = (Plugin*)calloc(1, sizeof(Plugin));
  (void)path;
  p->rate = rate;
  for (; *features != NULL; ++features) {
    const char* uri = (*features)->URI;
    const void* data = (*features)->data;
    if (strcmp(uri, LV2_URID__map) == 0) p->map = (const LV2_URID_Map*)data;
    if (strcmp(uri, LV2_URID__unmap) == 0) p->unmap = (const LV2_URID_Unmap*)data;
    if (strcmp(uri, LV2_LOG__log) == 0) p->log = (const LV2_Log_Log*)data;
    if (strcmp(uri, LV2_WORKER__schedule) == 0) p->schedule = (const LV2_Worker_Schedule*)data;
    if (strcmp(uri, LV2_OPTIONS__options) == 0) p->options = (const LV2_Options_Option*)data;
  }
  if (strcmp(d->URI, "urn:downbeat:test:refuse") == 0) {
    p->log->printf(p->log->handle, p->map->map(p->map->handle, LV2_LOG__Error),
                   "no moon tonight, only %d stars\n", 7);
    free(p);
    return NULL;
  }
  // coarse: starts with blocks of 64 and more alone.
  if (strcmp(d->URI, "urn:downbeat:test:coarse") == 0 && longest_block(p) < 64) {
    free(p);
    return NULL;
  }
  return p;
}

static void connect(LV2_Handle h, uint32_t port, void* at) { ((Plugin*)h)->ports[port] = at; }
static void cleanup(LV2_Handle h) { free(h); }

// late: its input so many frames later as control 2 says; says so at control 3.
static void run_late(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  const uint32_t frames = (uint32_t)control(p, 2);
  for (uint32_t i = 0; i < n; ++i) {
    p->line[p->at % LINE] = audio(p, 0)[i];
    audio(p, 1)[i] = p->line[(p->at + LINE - frames) % LINE];
    ++p->at;
  }
  *audio(p, 3) = (float)frames;
}

// key: its input times its sidechain at port 2.
static void run_key(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  for (uint32_t i = 0; i < n; ++i) audio(p, 1)[i] = audio(p, 0)[i] * audio(p, 2)[i];
}

// work: asks its worker for the square of each run's first frame. The newest answer is left of the
// comma of what is heard, the number of ended runs right of it, in thousandths.
static void run_work(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  const float x = audio(p, 0)[0];
  if (x != 0.0f) p->schedule->schedule_work(p->schedule->handle, sizeof x, &x);
  for (uint32_t i = 0; i < n; ++i) audio(p, 1)[i] = p->value + p->value2 / 1000.0f;
}
static LV2_Worker_Status work(LV2_Handle h, LV2_Worker_Respond_Function respond,
                              LV2_Worker_Respond_Handle to, uint32_t size, const void* data) {
  float x;
  (void)h;
  if (size != sizeof x) return LV2_WORKER_ERR_UNKNOWN;
  memcpy(&x, data, sizeof x);
  x = x * x;
  return respond(to, sizeof x, &x);
}
static LV2_Worker_Status work_response(LV2_Handle h, uint32_t size, const void* data) {
  if (size != sizeof(float)) return LV2_WORKER_ERR_UNKNOWN;
  memcpy(&((Plugin*)h)->value, data, size);
  return LV2_WORKER_SUCCESS;
}
static LV2_Worker_Status end_run(LV2_Handle h) {
  ((Plugin*)h)->value2 += 1.0f;
  return LV2_WORKER_SUCCESS;
}

// fixed: its input times control 2 in blocks of 64, otherwise nothing.
static void run_fixed(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  for (uint32_t i = 0; i < n; ++i) audio(p, 1)[i] = n == 64 ? audio(p, 0)[i] * control(p, 2) : 0.0f;
}

// coarse: its input in blocks of 64.
static void run_fixed_alone(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  for (uint32_t i = 0; i < n; ++i) audio(p, 1)[i] = n == 64 ? audio(p, 0)[i] : 0.0f;
}

// options: longest block in thousandths, plus 1 if all numbers of addresses are true.
static void run_options(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  const LV2_URID most = p->map->map(p->map->handle, LV2_BUF_SIZE__maxBlockLength);
  const char* back = p->unmap->unmap(p->unmap->handle, most);
  float sum = back != NULL && strcmp(back, LV2_BUF_SIZE__maxBlockLength) == 0 ? 1.0f : 0.0f;
  sum += (float)longest_block(p) / 1000.0f;
  for (uint32_t i = 0; i < n; ++i) audio(p, 1)[i] = sum;
}

// poison: a sum of its input; a dose makes it infinite for ever.
static void run_poison(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  if (control(p, 2) > 0.5f) p->value = INFINITY;
  for (uint32_t i = 0; i < n; ++i) {
    p->value += audio(p, 0)[i];
    audio(p, 1)[i] = p->value;
  }
}

// position: at the frame where a time:Position comes its beat, its speed at the one behind, its
// tempo at the third; otherwise nothing.
static void run_position(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  const LV2_Atom_Sequence* events = (const LV2_Atom_Sequence*)p->ports[2];
  const LV2_URID_Map* m = p->map;
  memset(audio(p, 1), 0, n * sizeof(float));
  LV2_ATOM_SEQUENCE_FOREACH(events, e) {
    const LV2_Atom_Object* o = (const LV2_Atom_Object*)&e->body;
    const LV2_Atom *beat = NULL, *speed = NULL, *tempo = NULL;
    if (o->body.otype != m->map(m->handle, LV2_TIME__Position)) continue;
    lv2_atom_object_get(o, m->map(m->handle, LV2_TIME__beat), &beat,
                        m->map(m->handle, LV2_TIME__speed), &speed,
                        m->map(m->handle, LV2_TIME__beatsPerMinute), &tempo, 0);
    if (beat == NULL || speed == NULL || tempo == NULL || e->time.frames + 2 >= n) continue;
    audio(p, 1)[e->time.frames] = (float)((const LV2_Atom_Double*)beat)->body;
    audio(p, 1)[e->time.frames + 1] = ((const LV2_Atom_Float*)speed)->body;
    audio(p, 1)[e->time.frames + 2] = ((const LV2_Atom_Float*)tempo)->body;
  }
}

// beats: tempo in thousandths, plus speed, plus ten where it is told to hurry.
static void run_beats(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  const float sum = control(p, 2) / 1000.0f + control(p, 3) + 10.0f * control(p, 4);
  for (uint32_t i = 0; i < n; ++i) audio(p, 1)[i] = sum;
}

// talk: says in every run which it is.
static void run_talk(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  memcpy(audio(p, 1), audio(p, 0), n * sizeof(float));
  p->log->printf(p->log->handle, p->map->map(p->map->handle, LV2_LOG__Warning), "run %u\n",
                 p->at++);
}

// midi: a note on is its velocity in 127ths at its frame, a note off is -1, a controller or a bend
// its value in 127ths plus 10.
static void run_midi(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  const LV2_Atom_Sequence* events = (const LV2_Atom_Sequence*)p->ports[0];
  memset(audio(p, 1), 0, n * sizeof(float));
  LV2_ATOM_SEQUENCE_FOREACH(events, e) {
    const uint8_t* bytes = (const uint8_t*)(&e->body + 1);
    float x = -1.0f;
    if (e->body.type != p->map->map(p->map->handle, LV2_MIDI__MidiEvent)) continue;
    if (bytes[0] == 0x90) x = bytes[2] / 127.0f;
    if (bytes[0] >= 0xB0) x = 10.0f + bytes[2] / 127.0f;
    audio(p, 1)[e->time.frames] += x;
  }
}

// table, and whatever is only looked at: its input.
static void run_through(LV2_Handle h, uint32_t n) {
  Plugin* p = (Plugin*)h;
  memcpy(audio(p, 1), audio(p, 0), n * sizeof(float));
}

static const void* extension(const char* uri) {
  static const LV2_Worker_Interface worker = {work, work_response, end_run};
  return strcmp(uri, LV2_WORKER__interface) == 0 ? &worker : NULL;
}

#define PLUGIN(name, run) \
  {"urn:downbeat:test:" name, instantiate, connect, NULL, run, NULL, cleanup, extension}

LV2_SYMBOL_EXPORT const LV2_Descriptor* lv2_descriptor(uint32_t index) {
  static const LV2_Descriptor all[] = {
      PLUGIN("late", run_late),         PLUGIN("key", run_key),
      PLUGIN("work", run_work),         PLUGIN("fixed", run_fixed),
      PLUGIN("options", run_options),   PLUGIN("poison", run_poison),
      PLUGIN("position", run_position), PLUGIN("beats", run_beats),
      PLUGIN("talk", run_talk),         PLUGIN("refuse", run_through),
      PLUGIN("midi", run_midi),         PLUGIN("table", run_through),
      PLUGIN("needy", run_through),     PLUGIN("wide", run_through),
      PLUGIN("voltage", run_through),   PLUGIN("coarse", run_fixed_alone)};
  return index < sizeof all / sizeof all[0] ? &all[index] : NULL;
}
