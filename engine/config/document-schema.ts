// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON schema by which editors complete and check a profile or a board while it is written.

import { z } from "zod";

/** @param title - what such a file is */
export function documentSchema(title: string, schema: z.ZodType): string {
  const made = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      const { unit, expected } = jsonSchema;
      const range = typeof expected === "string" ? expected : typeof unit === "string" ? unit : "";
      if (range !== "") jsonSchema.description = [jsonSchema.description, `(${range})`].join(" ").trim();
      // Ours; a strict editor would complain about words it does not know.
      delete jsonSchema.unit;
      delete jsonSchema.expected;
    },
  });
  return `${JSON.stringify({ title, ...made }, null, 2)}\n`;
}
