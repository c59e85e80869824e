// SPDX-License-Identifier: GPL-3.0-or-later
// What is on the front panel and where it is wired. Line by line as in native/base/panel-plan.hpp.

/** What is on the front panel and where it is wired; `native/base/panel-plan.hpp` says more. */
export interface PanelPlan {
  /** At most 64. */
  readonly devices: readonly PanelDevicePlan[];
  /** At most 256. */
  readonly controls: readonly PanelControlPlan[];
  /** Place of the button that makes pads loud while it is held; null: none. */
  readonly accent: number | null;
  /** 1 to 127. */
  readonly accentVelocity: number;
}

/** A line by its name, or by its number when the name is empty. */
export interface PanelLinePlan {
  readonly name: string;
  readonly number: number;
}

export interface PanelDevicePlan {
  readonly id: string;
  readonly chip: "gpio" | "mcp23017" | "mpr121" | "ads1115" | "evdev";
  /** gpio, and of an interrupt: chips that will do. */
  readonly labels: readonly string[];
  readonly bus: number;
  readonly address: number;
  readonly interrupt: PanelLinePlan | null;
  readonly path: string;
  readonly touch: number;
  readonly release: number;
  readonly topVolts: number;
}

export interface PanelControlPlan {
  /** Unique. */
  readonly id: string;
  readonly kind: "encoder" | "button" | "pot" | "led";
  /** Place of its device. */
  readonly device: number;
  /** One, or two of an encoder on lines. */
  readonly lines: readonly PanelLinePlan[];
  readonly pull: "none" | "up" | "down";
  readonly isActiveLow: boolean;
  readonly debounceMs: number;
  readonly steadyMs: number;
  /** encoder: 1, 2 or 4. */
  readonly stepsPerDetent: number;
  readonly hysteresis: number;
  readonly isReversed: boolean;
  /** button and led: note; encoder: controller; pot: high controller. */
  readonly number: number;
  /** button: 1 to 127. */
  readonly velocity: number;
  /** Places of the LEDs that show it. */
  readonly shownBy: readonly number[];
}
