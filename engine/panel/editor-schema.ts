// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON schema by which editors complete and check a board while it is written.

import { z } from "zod";
import { boardSchema } from "./board-schema.ts";

export function boardEditorSchema(): string {
  const schema = z.toJSONSchema(boardSchema, {
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
  return `${JSON.stringify({ title: "A Downbeat board", ...schema }, null, 2)}\n`;
}
