// SPDX-License-Identifier: GPL-3.0-or-later
// A written board, held to the schema part by part: every problem with its place, and what is good is kept.
// A control with a mistake costs itself, the others are played.

import { z } from "zod";
import type { Checker } from "../config/check.ts";
import { formatPath, type Path, showValue } from "../config/problem.ts";
import type { Board, BoardControl, BoardDevice, Line } from "./board.ts";
import {
  BOARD_VERSION,
  boardSchema,
  CONTROL_KINDS,
  CONTROL_SCHEMAS,
  type ControlKind,
  controlIdSchema,
  DEVICE_CHIPS,
  DEVICE_SCHEMAS,
  type DeviceChip,
  MOST_OF_A_KIND,
  type WrittenControl,
  type WrittenDevice,
} from "./board-schema.ts";

/** The device of controls that name none. */
export const GPIO_DEVICE = "gpio";
/** Of the 40-pin header: up to the Pi 3, Pi 4, Pi 5. */
const HEADER_CHIPS = ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"] as const;

const outerSchema = boardSchema.extend({
  devices: z.record(z.string(), z.unknown()).optional(),
  controls: z.record(z.string(), z.unknown()).optional(),
});

/** Lines of each chip, from 0; of others the driver knows. */
const LINES: Partial<Record<DeviceChip, number>> = { mcp23017: 16, mpr121: 12, ads1115: 4 };

const CARRIES: Record<DeviceChip, readonly ControlKind[]> = {
  gpio: ["encoder", "button", "pad", "led"],
  mcp23017: ["encoder", "button", "pad", "led"],
  mpr121: ["button", "pad"],
  ads1115: ["pot"],
  evdev: ["encoder", "button", "pad"],
};

/**
 * @param id - the name of its file
 * @returns null when there is no group of keys at all; what is wrong has been noted and left out
 */
export function readBoard(checker: Checker, id: string): Board | null {
  const { value } = checker.document;
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > BOARD_VERSION) {
    const hint = "This board is for a newer Downbeat.";
    checker.error(["version"], { expected: String(BOARD_VERSION), got: showValue(version), hint });
    return null;
  }
  const outer = checker.parseGroup(outerSchema, value, []);
  if (outer === undefined) return null;
  if (outer.id !== undefined && outer.id !== id) {
    checker.error(["id"], { expected: `the name of the file, ${id}`, got: outer.id, hint: `${id} is used.` });
  }
  const labels = outer.chips ?? [...HEADER_CHIPS];
  const devices = readDevices(checker, outer.devices ?? {}, labels);
  const controls = readControls(checker, outer.controls ?? {}, devices);
  const { detect, display, sources = [] } = outer;
  return {
    id,
    name: outer.name ?? id,
    notes: outer.notes ?? "",
    sources: sources.map(({ title, url = "", notes = "" }) => ({ title, url, notes })),
    unverified: outer.unverified ?? [],
    signs: {
      hat:
        detect?.hat === undefined
          ? null
          : { vendor: detect.hat.vendor ?? "", product: detect.hat.product ?? "" },
      model: detect?.model ?? "",
      i2c: detect?.i2c ?? [],
    },
    devices,
    controls,
    display: display === undefined ? null : { ...placeOf(display), isFlipped: display.flipped ?? false },
    uart: outer.uart ?? null,
  };
}

function placeOf<T extends { chip: string; bus: number; address: number }>({ chip, bus, address }: T) {
  return { chip: chip as T["chip"], bus, address };
}

function readDevices(
  checker: Checker,
  written: Readonly<Record<string, unknown>>,
  labels: readonly string[],
): readonly BoardDevice[] {
  const blank: BoardDevice = {
    id: GPIO_DEVICE,
    chip: "gpio",
    labels,
    bus: 0,
    address: 0,
    interrupt: null,
    path: "",
    touch: 12,
    release: 6,
    topVolts: 3.3,
  };
  const devices = [blank];
  for (const [id, value] of Object.entries(written)) {
    const path = ["devices", id];
    if (!isName(checker, id, path)) continue;
    if (id === GPIO_DEVICE) {
      const hint = "Write its labels under chips.";
      checker.error(path, { expected: "another name", got: showValue(id), hint }, "key");
      continue;
    }
    const device = readKind(checker, value, path, "chip", DEVICE_CHIPS, DEVICE_SCHEMAS) as
      | WrittenDevice
      | undefined;
    if (device === undefined) continue;
    const normal = normalDevice(blank, id, device);
    if (device.chip === "mpr121" && normal.release >= normal.touch) {
      const expected = `less than touch, ${normal.touch}`;
      checker.error([...path, "release"], { expected, got: String(normal.release) });
      continue;
    }
    devices.push(normal);
  }
  return devices;
}

/** What a device may have, whatever its chip. */
type AnyDevice = { readonly [Key in keyof BoardDevice]?: BoardDevice[Key] | undefined };

function normalDevice(blank: BoardDevice, id: string, written: AnyDevice & WrittenDevice): BoardDevice {
  return {
    id,
    chip: written.chip,
    labels: written.labels ?? blank.labels,
    bus: written.bus ?? blank.bus,
    address: written.address ?? blank.address,
    interrupt: written.interrupt ?? blank.interrupt,
    path: written.path ?? blank.path,
    touch: written.touch ?? blank.touch,
    release: written.release ?? blank.release,
    topVolts: written.topVolts ?? blank.topVolts,
  };
}

function readControls(
  checker: Checker,
  written: Readonly<Record<string, unknown>>,
  devices: readonly BoardDevice[],
): readonly BoardControl[] {
  const controls: BoardControl[] = [];
  /** What each line is taken by. */
  const taken = new Map<string, string>();
  for (const [id, value] of Object.entries(written)) {
    const path = ["controls", id];
    if (!isName(checker, id, path)) continue;
    const control = readKind(checker, value, path, "kind", CONTROL_KINDS, CONTROL_SCHEMAS) as
      | WrittenControl
      | undefined;
    const normal = control === undefined ? null : normalControl(checker, id, control, devices, path);
    if (normal === null || !claim(checker, normal, taken, path)) continue;
    const most = MOST_OF_A_KIND[normal.kind];
    const isKin = ({ kind }: BoardControl): boolean => noteKind(kind) === noteKind(normal.kind);
    if (controls.filter(isKin).length >= most) {
      checker.error(path, { expected: `at most ${most} of this kind`, got: "more" }, "key");
      continue;
    }
    controls.push(normal);
  }
  return withKnownLights(checker, controls);
}

/** Buttons and pads are both notes. */
function noteKind(kind: BoardControl["kind"]): BoardControl["kind"] {
  return kind === "pad" ? "button" : kind;
}

/** What a control may have, whatever its kind. */
interface AnyControl {
  readonly title?: string | undefined;
  readonly pull?: BoardControl["pull"] | undefined;
  readonly active?: "low" | "high" | undefined;
  readonly debounceMs?: number | undefined;
  readonly steadyMs?: number | undefined;
  readonly hysteresis?: number | undefined;
  readonly reversed?: boolean | undefined;
}

function normalControl(
  checker: Checker,
  id: string,
  control: WrittenControl,
  devices: readonly BoardDevice[],
  path: Path,
): BoardControl | null {
  const wanted = control.device ?? GPIO_DEVICE;
  const device = devices.find((one) => one.id === wanted);
  if (device === undefined) {
    const names = devices.map((one) => one.id);
    checker.unknownName([...path, "device"], "a device of this board", wanted, names);
    return null;
  }
  if (!CARRIES[device.chip].includes(control.kind)) {
    const able = CARRIES[device.chip].join(", ");
    const hint = `The device ${device.id} is a ${device.chip}.`;
    checker.error([...path, "kind"], { expected: `one of ${able}`, got: control.kind, hint });
    return null;
  }
  const lines = linesOf(checker, control, device, path);
  if (lines === null) return null;
  const isContact = control.kind === "button" || control.kind === "pad";
  const isTouch = device.chip === "mpr121";
  const isRead = device.chip === "evdev" || isTouch;
  const written: AnyControl = control;
  const active = written.active ?? (control.kind === "led" || isTouch ? "high" : "low");
  return {
    id,
    kind: control.kind,
    title: written.title ?? "",
    device: device.id,
    lines,
    pull: written.pull ?? "up",
    isActiveLow: active === "low",
    debounceMs: isContact ? (written.debounceMs ?? (isRead ? 0 : 5)) : 0,
    steadyMs: written.steadyMs ?? 0,
    detents: control.kind === "encoder" ? (control.detents ?? null) : null,
    stepsPerDetent: control.kind === "encoder" ? (control.stepsPerDetent ?? 4) : 1,
    hysteresis: written.hysteresis ?? 0.004,
    isReversed: written.reversed ?? false,
    velocity: control.kind === "pad" ? (control.velocity ?? null) : null,
    shows: control.kind === "led" ? (control.shows ?? null) : null,
  };
}

/** null when they are not those of such a control on such a device. */
function linesOf(
  checker: Checker,
  control: WrittenControl,
  device: BoardDevice,
  path: Path,
): readonly Line[] | null {
  const hasAxis = device.chip === "evdev";
  const keys = control.kind === "encoder" && !hasAxis ? (["a", "b"] as const) : (["line"] as const);
  const lines: Line[] = [];
  for (const key of keys) {
    const line = (control as Partial<Record<"a" | "b" | "line", Line>>)[key];
    const most = LINES[device.chip];
    const expected =
      device.chip === "gpio"
        ? "a number from 0 to 1023, or the name of a GPIO line"
        : most === undefined
          ? "the number of a key or axis"
          : `a number from 0 to ${most - 1}: a line of the ${device.chip}`;
    const isFine =
      line !== undefined && (device.chip === "gpio" || (typeof line === "number" && line < (most ?? 1024)));
    if (!isFine) {
      checker.error([...path, key], { expected, got: line === undefined ? "nothing" : showValue(line) });
      return null;
    }
    lines.push(line);
  }
  for (const key of ["a", "b", "line"] as const) {
    if (!(key in control) || (keys as readonly string[]).includes(key)) continue;
    const hint = hasAxis ? "An encoder of an input device has one axis." : "";
    checker.error([...path, key], { expected: keys.join(" and "), got: key, hint }, "key");
    return null;
  }
  return lines;
}

/** Two controls on one wire would both do nothing that anybody meant. */
function claim(checker: Checker, control: BoardControl, taken: Map<string, string>, path: Path): boolean {
  const places = control.lines.map((line) => `${control.device} ${placeKey(control, line)}`);
  for (const [index, place] of places.entries()) {
    const owner = places.indexOf(place) < index ? control.id : taken.get(place);
    if (owner === undefined) continue;
    const hint = `${formatPath(["controls", owner])} has it.`;
    checker.error(path, { expected: "a line of its own", got: showValue(control.lines[index]), hint });
    return false;
  }
  for (const place of places) taken.set(place, control.id);
  return true;
}

/** Keys and axes of an input device are numbered apart. */
function placeKey({ kind }: BoardControl, line: Line): string {
  return kind === "encoder" && typeof line === "number" ? `turn ${line}` : String(line);
}

function withKnownLights(checker: Checker, controls: readonly BoardControl[]): readonly BoardControl[] {
  const shown = controls.filter(({ kind }) => kind !== "led" && kind !== "pot").map(({ id }) => id);
  return controls.map((control) => {
    if (control.shows === null || shown.includes(control.shows)) return control;
    const path = ["controls", control.id, "shows"];
    checker.unknownName(path, "an encoder, a button or a pad", control.shows, shown);
    return { ...control, shows: null };
  });
}

function isName(checker: Checker, id: string, path: Path): boolean {
  if (controlIdSchema.safeParse(id).success) return true;
  const expected = "a name of small letters, digits and -, at most 32, a letter first";
  checker.error(path, { expected, got: showValue(id) }, "key");
  return false;
}

function readKind<Kind extends string>(
  checker: Checker,
  value: unknown,
  path: Path,
  key: string,
  kinds: readonly Kind[],
  schemas: Readonly<Record<Kind, z.ZodType>>,
): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    checker.error(path, { expected: `a group of keys with ${key}`, got: showValue(value) });
    return undefined;
  }
  const written = (value as Record<string, unknown>)[key];
  const kind = kinds.find((one) => one === written);
  if (kind === undefined) {
    checker.unknownName([...path, key], `a ${key}`, String(written ?? ""), kinds);
    return undefined;
  }
  return checker.parse(schemas[kind], value, path);
}
