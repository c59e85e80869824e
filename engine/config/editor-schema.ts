// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON schema by which editors complete and check the settings file while it is written.

import { z } from "zod";
import { settingsSchema } from "./schema.ts";

export function editorSchema(): string {
  const schema = z.toJSONSchema(settingsSchema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      const { unit, expected } = jsonSchema;
      const range = typeof expected === "string" ? expected : typeof unit === "string" ? unit : "";
      const { description } = jsonSchema;
      if (range !== "")
        jsonSchema.description = description === undefined ? range : `${description} (${range})`;
      // Ours; a strict editor would complain about words it does not know.
      delete jsonSchema.unit;
      delete jsonSchema.expected;
      delete jsonSchema.example;
      // Editors divide as they find it: 0.3 is no multiple of 0.1 to them.
      if (typeof jsonSchema.multipleOf === "number" && jsonSchema.multipleOf < 1)
        delete jsonSchema.multipleOf;
      // Empty is fine: what is below a group takes its defaults, and a list has no entries.
      const isEntry = jsonSchema.required !== undefined;
      if (jsonSchema.type === "object" && !isEntry) Object.assign(jsonSchema, { type: ["object", "null"] });
      if (jsonSchema.type === "array") Object.assign(jsonSchema, { type: ["array", "null"] });
    },
  });
  const titled = { title: "Downbeat's settings", ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
