// SPDX-License-Identifier: GPL-3.0-or-later
// Four bars in A minor: drums with swing, an acid bass whose filter opens and closes, chords into
// echo and hall. Parameters are by id, as in every plan.
#include "app/built-in-plan.hpp"

namespace downbeat::app {
namespace {

// clang-format off
constexpr char kText[] = R"plan({
"version": 1,
"audio": {"device": "auto", "api": "auto"},
"link": {"enabled": true, "startStopSync": false, "quantum": 4},
"transport": {"autoplay": true, "tempo": null},
"midi": {"ports": [
  {"id": "virtual", "kind": "virtual", "name": "Downbeat", "input": true, "output": true,
   "clock": true, "startStop": true, "songPosition": true}]},
"session": {
"name": "First light", "seed": 1, "tempoMap": [{"beat": 0, "bpm": 122}],
"master": {"gain": 0.9, "ceilingDb": -0.3},
"midiTracks": [],
"racks": [
{"id": "drums", "seed": 1, "gain": 0.85,
 "nodes": [
  {"id": "kick", "type": "kick",
   "params": [[1, 150], [2, 46], [3, 45], [4, 185], [5, 0.55], [6, 0.35]]},
  {"id": "clap", "type": "clap",
   "params": [[1, 140], [2, 0.5]]},
  {"id": "hat", "type": "mam_chip",
   "params": [[2, 108], [5, 0.2], [7, 0], [8, 45], [9, 0], [10, 30], [11, 1], [6, 0.25]]},
  {"id": "room", "type": "reverb",
   "params": [[1, 0.35], [2, 0.5], [3, 0.22]]}],
 "connections": [
  {"from": "clap", "to": "room", "gain": 1},
  {"from": "hat", "to": "room", "gain": 0.7}],
 "mixer": {"gain": 1, "softClip": true, "inputs": [
  {"node": "kick", "gain": 1},
  {"node": "room", "gain": 0.9}]},
 "patterns": [
  {"node": "kick", "resolution": 16, "lengthSteps": 64, "swingPercent": 0,
   "hits": [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 62]},
  {"node": "clap", "resolution": 16, "lengthSteps": 64, "swingPercent": 20,
   "hits": [4, 12, 20, 28, 36, 44, 52, 60, 63],
   "locks": [
    {"step": 63, "param": 2, "value": 0.22}, {"step": 0, "param": 2, "value": 0.5}]},
  {"node": "hat", "resolution": 16, "lengthSteps": 64, "swingPercent": 20,
   "hits": [2, 6, 7, 10, 14, 15, 18, 22, 23, 26, 30, 31, 34, 38, 39, 42, 46, 47, 50, 54, 55, 58, 62, 63],
   "locks": [
    {"step": 2, "param": 5, "value": 0.22}, {"step": 6, "param": 5, "value": 0.22},
    {"step": 7, "param": 5, "value": 0.1}, {"step": 10, "param": 5, "value": 0.22},
    {"step": 14, "param": 5, "value": 0.22}, {"step": 15, "param": 5, "value": 0.1},
    {"step": 18, "param": 5, "value": 0.22}, {"step": 22, "param": 5, "value": 0.22},
    {"step": 23, "param": 5, "value": 0.1}, {"step": 26, "param": 5, "value": 0.22},
    {"step": 30, "param": 5, "value": 0.22}, {"step": 31, "param": 5, "value": 0.1},
    {"step": 34, "param": 5, "value": 0.22}, {"step": 38, "param": 5, "value": 0.22},
    {"step": 39, "param": 5, "value": 0.1}, {"step": 42, "param": 5, "value": 0.22},
    {"step": 46, "param": 5, "value": 0.22}, {"step": 47, "param": 5, "value": 0.1},
    {"step": 50, "param": 5, "value": 0.22}, {"step": 54, "param": 5, "value": 0.22},
    {"step": 55, "param": 5, "value": 0.1}, {"step": 58, "param": 5, "value": 0.22},
    {"step": 62, "param": 5, "value": 0.22}, {"step": 63, "param": 5, "value": 0.1}]}]},
{"id": "bass", "seed": 2, "gain": 1.15,
 "nodes": [
  {"id": "acid", "type": "tb303_ext",
   "params": [[1, 0], [3, 35], [4, 480], [5, 0.5], [6, 0.55], [7, 230], [8, 260], [9, 0.75],
              [13, 0.25], [207, 110]]},
  {"id": "echo", "type": "delay",
   "params": [[1, 245.9], [2, 0.25], [3, 0.12]]}],
 "connections": [
  {"from": "acid", "to": "echo", "gain": 1}],
 "mixer": {"gain": 1, "softClip": true, "inputs": [
  {"node": "echo", "gain": 0.8}]},
 "patterns": [
  {"node": "acid", "resolution": 16, "lengthSteps": 64, "swingPercent": 20,
   "hits": [0, 2, 3, 6, 7, 8, 10, 11, 14, 15, 16, 18, 19, 22, 23, 24, 26, 28, 29, 31, 32, 34, 35, 38,
    39, 40, 42, 43, 46, 47, 48, 50, 51, 54, 55, 56, 58, 60, 61, 63],
   "locks": [
    {"step": 0, "param": 4, "value": 1150, "rampMs": 7600},
    {"step": 0, "param": 5, "value": 0.62}, {"step": 0, "param": 10, "value": 33},
    {"step": 0, "param": 12, "value": 0.8}, {"step": 2, "param": 10, "value": 33},
    {"step": 2, "param": 12, "value": 0.0}, {"step": 3, "param": 10, "value": 45},
    {"step": 3, "param": 12, "value": 0.0}, {"step": 6, "param": 10, "value": 33},
    {"step": 6, "param": 12, "value": 0.0}, {"step": 7, "param": 10, "value": 36},
    {"step": 7, "param": 12, "value": 0.8}, {"step": 8, "param": 10, "value": 33},
    {"step": 8, "param": 12, "value": 0.0}, {"step": 10, "param": 10, "value": 45},
    {"step": 10, "param": 12, "value": 0.8}, {"step": 11, "param": 10, "value": 43},
    {"step": 11, "param": 12, "value": 0.0}, {"step": 14, "param": 10, "value": 40},
    {"step": 14, "param": 12, "value": 0.0}, {"step": 15, "param": 10, "value": 43},
    {"step": 15, "param": 12, "value": 0.0}, {"step": 16, "param": 10, "value": 33},
    {"step": 16, "param": 12, "value": 0.8}, {"step": 18, "param": 10, "value": 33},
    {"step": 18, "param": 12, "value": 0.0}, {"step": 19, "param": 10, "value": 45},
    {"step": 19, "param": 12, "value": 0.0}, {"step": 22, "param": 10, "value": 33},
    {"step": 22, "param": 12, "value": 0.0}, {"step": 23, "param": 10, "value": 36},
    {"step": 23, "param": 12, "value": 0.8}, {"step": 24, "param": 10, "value": 38},
    {"step": 24, "param": 12, "value": 0.0}, {"step": 26, "param": 10, "value": 40},
    {"step": 26, "param": 12, "value": 0.8}, {"step": 28, "param": 10, "value": 43},
    {"step": 28, "param": 12, "value": 0.0}, {"step": 29, "param": 10, "value": 45},
    {"step": 29, "param": 12, "value": 0.8}, {"step": 31, "param": 10, "value": 31},
    {"step": 31, "param": 12, "value": 0.0}, {"step": 32, "param": 10, "value": 29},
    {"step": 32, "param": 12, "value": 0.8}, {"step": 34, "param": 10, "value": 29},
    {"step": 34, "param": 12, "value": 0.0}, {"step": 35, "param": 10, "value": 41},
    {"step": 35, "param": 12, "value": 0.0}, {"step": 38, "param": 10, "value": 29},
    {"step": 38, "param": 12, "value": 0.0}, {"step": 39, "param": 10, "value": 36},
    {"step": 39, "param": 12, "value": 0.8}, {"step": 40, "param": 10, "value": 29},
    {"step": 40, "param": 12, "value": 0.0}, {"step": 42, "param": 10, "value": 41},
    {"step": 42, "param": 12, "value": 0.8}, {"step": 43, "param": 10, "value": 40},
    {"step": 43, "param": 12, "value": 0.0}, {"step": 46, "param": 10, "value": 36},
    {"step": 46, "param": 12, "value": 0.0}, {"step": 47, "param": 10, "value": 33},
    {"step": 47, "param": 12, "value": 0.0},
    {"step": 48, "param": 4, "value": 480, "rampMs": 1900},
    {"step": 48, "param": 5, "value": 0.45, "rampMs": 1900},
    {"step": 48, "param": 10, "value": 31}, {"step": 48, "param": 12, "value": 0.8},
    {"step": 50, "param": 10, "value": 31}, {"step": 50, "param": 12, "value": 0.0},
    {"step": 51, "param": 10, "value": 43}, {"step": 51, "param": 12, "value": 0.0},
    {"step": 54, "param": 10, "value": 31}, {"step": 54, "param": 12, "value": 0.0},
    {"step": 55, "param": 10, "value": 38}, {"step": 55, "param": 12, "value": 0.8},
    {"step": 56, "param": 10, "value": 31}, {"step": 56, "param": 12, "value": 0.0},
    {"step": 58, "param": 10, "value": 43}, {"step": 58, "param": 12, "value": 0.8},
    {"step": 60, "param": 10, "value": 41}, {"step": 60, "param": 12, "value": 0.0},
    {"step": 61, "param": 10, "value": 40}, {"step": 61, "param": 12, "value": 0.8},
    {"step": 63, "param": 10, "value": 38}, {"step": 63, "param": 12, "value": 0.0}]}]},
{"id": "chords", "seed": 3, "gain": 1.8,
 "nodes": [
  {"id": "low", "type": "mam_chip",
   "params": [[1, 2], [5, 0.8], [6, -0.35], [7, 3], [8, 260], [9, 0.15], [10, 180]]},
  {"id": "mid", "type": "mam_chip",
   "params": [[1, 0], [4, 0.3], [5, 0.7], [6, 0.05], [7, 3], [8, 240], [9, 0.15], [10, 180]]},
  {"id": "high", "type": "mam_chip",
   "params": [[1, 2], [5, 0.7], [6, 0.4], [7, 3], [8, 220], [9, 0.15], [10, 180]]},
  {"id": "echo", "type": "delay",
   "params": [[1, 368.9], [2, 0.48], [3, 0.32]]},
  {"id": "hall", "type": "reverb",
   "params": [[1, 0.72], [2, 0.4], [3, 0.3]]}],
 "connections": [
  {"from": "low", "to": "echo", "gain": 1},
  {"from": "mid", "to": "echo", "gain": 1},
  {"from": "high", "to": "echo", "gain": 1},
  {"from": "echo", "to": "hall", "gain": 1}],
 "mixer": {"gain": 1, "softClip": true, "inputs": [
  {"node": "hall", "gain": 0.9}]},
 "patterns": [
  {"node": "low", "resolution": 16, "lengthSteps": 64, "swingPercent": 20,
   "hits": [3, 10, 19, 26, 35, 42, 51, 54, 58, 62],
   "locks": [
    {"step": 0, "param": 2, "value": 60}, {"step": 16, "param": 2, "value": 60},
    {"step": 32, "param": 2, "value": 57}, {"step": 48, "param": 2, "value": 59}]},
  {"node": "mid", "resolution": 16, "lengthSteps": 64, "swingPercent": 20,
   "hits": [3, 10, 19, 26, 35, 42, 51, 54, 58, 62],
   "locks": [
    {"step": 0, "param": 2, "value": 64}, {"step": 16, "param": 2, "value": 64},
    {"step": 32, "param": 2, "value": 60}, {"step": 48, "param": 2, "value": 62}]},
  {"node": "high", "resolution": 16, "lengthSteps": 64, "swingPercent": 20,
   "hits": [3, 10, 19, 26, 35, 42, 51, 54, 58, 62],
   "locks": [
    {"step": 0, "param": 2, "value": 67}, {"step": 16, "param": 2, "value": 67},
    {"step": 32, "param": 2, "value": 64}, {"step": 48, "param": 2, "value": 67}]}]}]}})plan";
// clang-format on

}  // namespace

std::string_view builtInPlanText() { return {kText, sizeof kText - 1}; }

}  // namespace downbeat::app
