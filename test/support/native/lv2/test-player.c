// SPDX-License-Identifier: GPL-3.0-or-later
// An LV2 plugin that plays a file when it gets a note: its default state names one, a patch:Set
// message another. The file is text, a sample on each line, so that it needs no library.
#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAYER_URI "urn:downbeat:test:player"
#define SAMPLE_URI "urn:downbeat:test:player#sample"

enum { MAX_FRAMES = 4096, MAX_PATH = 1024 };

typedef struct {
  float frames[MAX_FRAMES];
  uint32_t count;
} Sound;

typedef struct {
  const LV2_Atom_Sequence* events;
  float* out;
  const LV2_Worker_Schedule* schedule;
  LV2_URID midi, set, property, value, path, sample;
  Sound* sound;
  Sound* replaced;  // freed by the worker
  uint32_t at;
  int is_playing;
} Player;

static Sound* load(const char* path) {
  FILE* file = fopen(path, "r");
  if (file == NULL) return NULL;
  Sound* sound = (Sound*)calloc(1, sizeof(Sound));
  while (sound->count < MAX_FRAMES && fscanf(file, "%f", &sound->frames[sound->count]) == 1) {
    ++sound->count;
  }
  fclose(file);
  return sound;
}

static LV2_Handle instantiate(const LV2_Descriptor* d, double rate, const char* path,
                              const LV2_Feature* const* features) {
  const LV2_URID_Map* map = NULL;
  Player* p = (Player*)calloc(1, sizeof(Player));
  (void)d, (void)rate, (void)path;
  for (; *features != NULL; ++features) {
    if (strcmp((*features)->URI, LV2_URID__map) == 0) map = (const LV2_URID_Map*)(*features)->data;
    if (strcmp((*features)->URI, LV2_WORKER__schedule) == 0) {
      p->schedule = (const LV2_Worker_Schedule*)(*features)->data;
    }
  }
  if (map == NULL || p->schedule == NULL) {
    free(p);
    return NULL;
  }
  p->midi = map->map(map->handle, LV2_MIDI__MidiEvent);
  p->set = map->map(map->handle, LV2_PATCH__Set);
  p->property = map->map(map->handle, LV2_PATCH__property);
  p->value = map->map(map->handle, LV2_PATCH__value);
  p->path = map->map(map->handle, LV2_ATOM__Path);
  p->sample = map->map(map->handle, SAMPLE_URI);
  return (LV2_Handle)p;
}

static void connect(LV2_Handle h, uint32_t port, void* at) {
  Player* p = (Player*)h;
  if (port == 0) p->events = (const LV2_Atom_Sequence*)at;
  if (port == 1) p->out = (float*)at;
}

static void cleanup(LV2_Handle h) {
  free(((Player*)h)->sound);
  free(((Player*)h)->replaced);
  free(h);
}

static void take_message(Player* p, const LV2_Atom_Object* message) {
  const LV2_Atom_URID* property = NULL;
  const LV2_Atom* value = NULL;
  if (message->body.otype != p->set) return;
  lv2_atom_object_get(message, p->property, (const LV2_Atom**)&property, p->value, &value, 0);
  if (property == NULL || property->body != p->sample) return;
  if (value == NULL || value->type != p->path) return;
  p->schedule->schedule_work(p->schedule->handle, value->size, LV2_ATOM_BODY_CONST(value));
}

static void run(LV2_Handle h, uint32_t n) {
  Player* p = (Player*)h;
  uint32_t done = 0;
  LV2_ATOM_SEQUENCE_FOREACH(p->events, event) {
    const uint8_t* bytes = (const uint8_t*)(event + 1);
    for (; done < n && done < (uint32_t)event->time.frames; ++done) {
      p->is_playing = p->is_playing && p->sound != NULL && p->at < p->sound->count;
      p->out[done] = p->is_playing ? p->sound->frames[p->at++] : 0.0F;
    }
    if (event->body.type == p->midi && lv2_midi_message_type(bytes) == LV2_MIDI_MSG_NOTE_ON) {
      p->at = 0;
      p->is_playing = 1;
    } else if (event->body.type != p->midi) {
      take_message(p, (const LV2_Atom_Object*)&event->body);
    }
  }
  for (; done < n; ++done) {
    p->is_playing = p->is_playing && p->sound != NULL && p->at < p->sound->count;
    p->out[done] = p->is_playing ? p->sound->frames[p->at++] : 0.0F;
  }
}

static LV2_Worker_Status work(LV2_Handle h, LV2_Worker_Respond_Function respond,
                              LV2_Worker_Respond_Handle handle, uint32_t size, const void* data) {
  Player* p = (Player*)h;
  char path[MAX_PATH] = {0};
  free(p->replaced);
  p->replaced = NULL;
  if (size == 0 || size >= MAX_PATH) return LV2_WORKER_ERR_UNKNOWN;
  memcpy(path, data, size);
  Sound* sound = load(path);
  if (sound == NULL) return LV2_WORKER_ERR_UNKNOWN;
  return respond(handle, sizeof(sound), &sound);
}

static LV2_Worker_Status work_response(LV2_Handle h, uint32_t size, const void* data) {
  Player* p = (Player*)h;
  if (size != sizeof(p->sound)) return LV2_WORKER_ERR_UNKNOWN;
  p->replaced = p->sound;
  memcpy(&p->sound, data, sizeof(p->sound));
  return LV2_WORKER_SUCCESS;
}

static LV2_State_Status save(LV2_Handle h, LV2_State_Store_Function store, LV2_State_Handle handle,
                             uint32_t flags, const LV2_Feature* const* features) {
  (void)h, (void)store, (void)handle, (void)flags, (void)features;
  return LV2_STATE_SUCCESS;
}

static LV2_State_Status restore(LV2_Handle h, LV2_State_Retrieve_Function retrieve,
                                LV2_State_Handle handle, uint32_t flags,
                                const LV2_Feature* const* features) {
  Player* p = (Player*)h;
  const LV2_State_Map_Path* map = NULL;
  size_t size = 0;
  uint32_t type = 0;
  uint32_t kind = 0;
  (void)flags;
  for (; features != NULL && *features != NULL; ++features) {
    if (strcmp((*features)->URI, LV2_STATE__mapPath) == 0) {
      map = (const LV2_State_Map_Path*)(*features)->data;
    }
  }
  const char* name = (const char*)retrieve(handle, p->sample, &size, &type, &kind);
  if (name == NULL || type != p->path || map == NULL) return LV2_STATE_ERR_NO_PROPERTY;
  char* path = map->absolute_path(map->handle, name);
  Sound* sound = load(path);
  free(path);
  if (sound == NULL) return LV2_STATE_ERR_UNKNOWN;
  free(p->sound);
  p->sound = sound;
  return LV2_STATE_SUCCESS;
}

static const void* extension(const char* uri) {
  static const LV2_Worker_Interface worker = {work, work_response, NULL};
  static const LV2_State_Interface state = {save, restore};
  if (strcmp(uri, LV2_WORKER__interface) == 0) return &worker;
  return strcmp(uri, LV2_STATE__interface) == 0 ? &state : NULL;
}

LV2_SYMBOL_EXPORT const LV2_Descriptor* lv2_descriptor(uint32_t index) {
  static const LV2_Descriptor player = {PLAYER_URI, instantiate, connect, NULL,
                                        run,        NULL,        cleanup, extension};
  return index == 0 ? &player : NULL;
}
