// SPDX-License-Identifier: GPL-3.0-or-later
// Answers to what is not even a request: bad HTTP, too long headers, too slow a sender. There is no
// request object yet, so the answer is written by hand and the connection ends.

import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { REFUSAL_STATUS, type RefusalCode, refusalJson } from "../refusal.ts";

export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, message] = explain(error);
  const body = JSON.stringify(refusalJson(code, message));
  const status = REFUSAL_STATUS[code];
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
    // Nothing more is read from here: what is still coming has no meaning any more.
    () => socket.destroy(),
  );
}

function explain({ code, message }: Error & { readonly code?: string }): [RefusalCode, string] {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [
        "REQUEST_TIMEOUT",
        "The request took too long to arrive: expected its headers within 5 s and all of it within 10 s. Send it again.",
      ];
    case "HPE_HEADER_OVERFLOW":
      return [
        "HEADERS_TOO_LARGE",
        "The headers are too long: expected at most 16 KiB with the path. Send less.",
      ];
    default:
      return ["REQUEST_MALFORMED", `This is not HTTP/1.1: ${message}.`];
  }
}
