// SPDX-License-Identifier: GPL-3.0-or-later
// Which importer reads a file: by its ending and what is in it.

import { messageOf } from "../../base/errors.ts";
import { importCirklon } from "./cirklon.ts";
import { importHapax, isHapax } from "./hapax.ts";
import { cut, type Imported, type ImportSource, rejectedFile } from "./imported.ts";
import { importMidiGuide, isMidiGuide } from "./midi-guide.ts";
import { importMidnam, isMidnam } from "./midnam.ts";
import { importOxiindef } from "./oxiindef.ts";

/** Endings that a folder is searched for. */
export const IMPORT_ENDINGS = [".csv", ".oxiindef", ".txt", ".midnam", ".cki"] as const;

/** Never throws: what cannot be used is in `rejected`, with its reason. */
export function importText(source: ImportSource): Imported {
  try {
    return importByEnding(source);
  } catch (error) {
    // The last guard: one file that nobody thought of must not cost the rest of its folder.
    return rejectedFile(source, `It cannot be read: ${cut(messageOf(error), 200)}.`);
  }
}

function importByEnding(source: ImportSource): Imported {
  const { text } = source;
  switch (source.file.toLowerCase().replace(/^.*(?=\.[^.]*$)/, "")) {
    case ".csv":
      return isMidiGuide(text)
        ? importMidiGuide(source)
        : rejectedFile(source, "It is no table of MIDI Guide.");
    case ".oxiindef":
      return importOxiindef(source);
    case ".txt":
      return isHapax(text) ? importHapax(source) : rejectedFile(source, "It is no definition of the Hapax.");
    case ".midnam":
    case ".xml":
      return isMidnam(text) ? importMidnam(source) : rejectedFile(source, "It is no MIDNAM document.");
    case ".cki":
      return importCirklon(source);
    default:
      return rejectedFile(source, `Its ending is none of ${IMPORT_ENDINGS.join(", ")}.`);
  }
}
