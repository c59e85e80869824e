// SPDX-License-Identifier: GPL-3.0-or-later
// A folder of device tables in the shape of a public database of controllers, with everything in it that hundreds of
// people write into such tables: made here, from a seed, and none of it is about a real device.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Dice, diceOf } from "./mutations.ts";

const COLUMNS = [
  ...["manufacturer", "device", "section", "parameter_name", "parameter_description"],
  ...["cc_msb", "cc_lsb", "cc_min_value", "cc_max_value", "cc_default_value"],
  ...["nrpn_msb", "nrpn_lsb", "nrpn_min_value", "nrpn_max_value", "nrpn_default_value"],
  ...["orientation", "notes", "usage"],
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

export interface WrittenTable {
  readonly file: string;
  /** Of each row the line that it begins at, and a name that no other row of the folder has; empty when it has none. */
  readonly rows: readonly { readonly line: number; readonly name: string }[];
  /** False: the file is no table at all. */
  readonly isTable: boolean;
}

/** What a row may say beside its name. Each gets the number of the row, so that most have addresses of their own. */
const ROWS: readonly ((n: number, dice: Dice) => Row)[] = [
  (n) => ({ cc_msb: `${n % 120}`, cc_min_value: "0", cc_max_value: "127", orientation: "0-based" }),
  (n) => ({
    cc_msb: `${n % 32}`,
    cc_lsb: `${(n % 32) + 32}`,
    cc_max_value: "16383",
    orientation: "centered",
  }),
  (n) => ({
    nrpn_msb: `${n % 128}`,
    nrpn_lsb: `${(n * 7) % 128}`,
    nrpn_min_value: "0",
    nrpn_max_value: "16383",
  }),
  (n) => ({ nrpn_lsb: `${(n * 131) % 16_384}`, nrpn_max_value: "127" }),
  (n) => ({
    cc_msb: `${n % 120}`,
    cc_max_value: "127",
    nrpn_msb: "1",
    nrpn_lsb: `${n % 128}`,
    nrpn_max_value: "127",
  }),
  (n) => ({
    cc_msb: `${n % 120}`,
    cc_max_value: "127",
    nrpn_msb: "1",
    nrpn_lsb: `${n % 128}`,
    nrpn_max_value: "1023",
  }),
  (n) => ({ cc_msb: `${n % 120}`, usage: "0-31: Saw; 32-63: Pulse; 64-95: Sine; 96-127: Noise" }),
  (n) => ({ cc_msb: `${n % 120}`, usage: "0: Off; 1~127: Amount" }),
  (n) => ({ cc_msb: `${n % 120}`, usage: "0–63: Off ; 64–127: On" }),
  (n) => ({ cc_msb: `${n % 120}`, usage: "0-63 Off and 64 On" }),
  (n) => ({ cc_msb: `${n % 120}`, usage: "0-70: A; 60-127: B" }),
  (n) => ({ cc_msb: `${n % 120}`, usage: "0-63: Same; 64-127: Same" }),
  (n) => ({ cc_msb: `${n % 120}`, cc_max_value: "1000" }),
  (n) => ({ cc_msb: `${n % 120}`, cc_min_value: "64", cc_max_value: "12" }),
  (n) => ({ cc_msb: `${n % 120}`, cc_min_value: "-64", cc_max_value: "63", orientation: "centered" }),
  (n) => ({ cc_msb: `${n % 120}`, cc_default_value: "center", notes: "Only responds on channel 10" }),
  (n) => ({ cc_msb: `${n % 120}`, notes: 'A "quoted" note, with a comma\nand a second line' }),
  (n) => ({ cc_msb: ` ${n % 120} `, section: "  Filter  ", orientation: "Centred" }),
  () => ({ cc_msb: "6" }),
  () => ({ cc_msb: "123" }),
  () => ({ cc_msb: "128" }),
  () => ({ cc_msb: "0x40" }),
  () => ({ cc_msb: "1/33" }),
  () => ({ cc_msb: "７４" }),
  () => ({ cc_msb: "12", cc_lsb: "12" }),
  () => ({ nrpn_msb: "200", nrpn_lsb: "1" }),
  () => ({ nrpn_msb: "3" }),
  () => ({ notes: "sent by the panel only" }),
  (n) => ({ cc_msb: `${n % 120}`, section: "Fil\u001b[31mter\u202e", parameter_description: "\u0000\u0007" }),
  (n) => ({ cc_msb: `${n % 120}`, section: "=HYPERLINK(1)", notes: "x".repeat(5000) }),
  (n) => ({ cc_msb: `${n % 120}`, section: "__proto__", usage: "0: constructor; 127: __proto__" }),
  (n) => ({ cc_msb: `${n % 120}`, section: "Осциллятор 音 🎛" }),
  (n, dice) => ({ cc_msb: `${n % 120}`, usage: listOf(dice) }),
];

/** More names than a list may have, now and then. */
function listOf(dice: Dice): string {
  const count = 1 + Math.floor(dice() * 140);
  return Array.from({ length: count }, (_, i) => `${i}: Value ${i}`).join("; ");
}

/** Files that are no tables, by their endings. */
const NO_TABLES: readonly (readonly [string, string | Buffer])[] = [
  ["empty.csv", ""],
  ["head-only.csv", `${COLUMNS.join(",")}\n`],
  ["other.csv", "date,amount\n2024-01-01,5\n"],
  ["picture.csv", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 0xff, 0xfe, 10, 0, 44, 44])],
  ["page.csv", "<!DOCTYPE html><html><body>404: Not Found</body></html>"],
  ["pointer.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"],
  ["conflict.csv", `<<<<<<< HEAD\n${COLUMNS.join(",")}\n=======\n>>>>>>> other\n`],
];

/** @returns what was written, file by file */
export function writeCcDatabase(folder: string, devices: number, seed: number): readonly WrittenTable[] {
  const dice = diceOf(seed);
  const tables: WrittenTable[] = [];
  let serial = 0;
  for (let device = 0; device < devices; device += 1) {
    const maker = `Maker ${device % 121}`;
    const count = device === 0 ? 2100 : 1 + Math.floor(dice() * 40);
    const rows = Array.from({ length: count }, (_, n): Row => {
      const kind = ROWS[Math.floor(dice() * ROWS.length)] ?? (() => ({}));
      serial += 1;
      return {
        manufacturer: maker,
        device: `Synth ${device}`,
        section: `Section ${n % 9}`,
        parameter_name: `Row ${serial} of all`,
        ...kind(n, dice),
      };
    });
    const file = path.join(folder, maker, `Synth ${device}.csv`);
    mkdirSync(path.dirname(file), { recursive: true });
    tables.push(writeTable(file, rows, device));
  }
  for (const [name, content] of NO_TABLES) {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    tables.push({ file, rows: [], isTable: false });
  }
  writeFileSync(path.join(folder, "README.md"), "# A database\n");
  return tables;
}

/** Line ends, quotes, a byte order mark, short rows, extra cells and empty lines differ from file to file. */
function writeTable(file: string, rows: readonly Row[], device: number): WrittenTable {
  const end = ["\n", "\r\n", "\r"][device % 3] ?? "\n";
  const head = device % 5 === 0 ? COLUMNS.map((name) => `"${name}"`) : COLUMNS;
  let text = `${device % 4 === 0 ? "\uFEFF" : ""}${head.join(",")}${end}`;
  let line = 2;
  const written = rows.map((row, n) => {
    let cells = COLUMNS.map((column) => quoted(row[column] ?? "", device % 7 === 0));
    if (n % 11 === 10)
      cells = cells.slice(0, cells.findLastIndex((cell) => cell !== "" && cell !== '""') + 1);
    if (n % 13 === 12) cells = [...cells, "", "stray"];
    const place = { line, name: row.parameter_name ?? "" };
    text += `${cells.join(",")}${end}`;
    line += 1 + cells.join("").split("\n").length - 1;
    if (n % 17 === 16) {
      text += end;
      line += 1;
    }
    return place;
  });
  // The last line may have no end.
  const whole = device % 2 === 0 ? text.slice(0, -end.length) : text;
  writeFileSync(file, device % 10 === 9 ? Buffer.from(whole, "latin1") : whole);
  return { file, rows: written, isTable: true };
}

function quoted(cell: string, isAlways: boolean): string {
  return isAlways || /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
