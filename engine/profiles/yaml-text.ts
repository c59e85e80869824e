// SPDX-License-Identifier: GPL-3.0-or-later
// A profile as the text of its file: what is short stands in one line, so that a list reads like a table.

import { Document, isMap, isSeq, visit } from "yaml";
import type { WrittenProfile } from "./schema.ts";

const SCHEMA_LINE = "# yaml-language-server: $schema=";
const LINE_LENGTH = 120;

/** @param schema - where the schema for editors is, seen from the file; null: no line for it */
export function profileYaml(profile: WrittenProfile, schema: string | null): string {
  const document = new Document(profile, { aliasDuplicateObjects: false });
  visit(document, {
    Node: (key, node, path) => {
      // Entries of lists, and groups of plain values that are no parameter of their own.
      const isEntry = typeof key === "number" && path.length > 1;
      const isPlainList = isSeq(node) && node.items.every((item) => !isMap(item) && !isSeq(item));
      if ((isMap(node) && isEntry) || isPlainList) node.flow = true;
    },
    Pair: (_key, pair) => {
      const name = String(pair.key);
      const isSmall = name === "identity" || name === "flow" || name === "when" || name === "limits";
      if (isSmall && isMap(pair.value)) pair.value.flow = true;
    },
  });
  const text = document.toString({ lineWidth: LINE_LENGTH, flowCollectionPadding: true });
  return schema === null ? text : `${SCHEMA_LINE}${schema}\n${text}`;
}
