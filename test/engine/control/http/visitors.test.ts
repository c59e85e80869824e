// SPDX-License-Identifier: GPL-3.0-or-later
// Who may come in.

import { expect, test } from "vitest";
import { isOurHost, isTrustedOrigin } from "../../../../engine/control/http/visitors.ts";

const onLoopback = { configuredHost: "127.0.0.1", localAddress: "127.0.0.1" };
const onEveryNetwork = { configuredHost: "0.0.0.0", localAddress: "::ffff:192.168.1.20" };
const onName = { configuredHost: "Box.local", localAddress: "192.168.1.20" };

test.each([
  ["127.0.0.1:8000", onLoopback],
  ["127.0.0.1", onLoopback],
  ["127.8.9.1:8000", onLoopback],
  ["localhost:8000", onLoopback],
  ["LOCALHOST", onLoopback],
  ["localhost.:8000", onLoopback],
  ["app.localhost:8000", onLoopback],
  ["[::1]:8000", onLoopback],
  ["192.168.1.20:8000", onEveryNetwork],
  ["localhost:8000", onEveryNetwork],
  ["box.local:8000", onName],
  ["box.local.", onName],
  ["[fe80::1]", { configuredHost: "fe80::1", localAddress: "fe80::1" }],
])("%s is a name of ours", (hostHeader, ours) => {
  expect(isOurHost({ hostHeader, ...ours })).toBe(true);
});

test.each([
  [undefined, onLoopback],
  ["", onLoopback],
  ["evil.example", onLoopback],
  ["evil.example:8000", onLoopback],
  ["127.0.0.1.evil.example", onLoopback],
  ["127.evil.example", onLoopback],
  ["localhost.evil.example", onLoopback],
  ["evillocalhost", onLoopback],
  ["192.168.1.20:8000", onLoopback],
  ["evil@127.0.0.1", onLoopback],
  ["127.0.0.1/path", onLoopback],
  ["127.0.0.1:8000:9", onLoopback],
  ["127.0.0.1 evil", onLoopback],
  ["192.168.1.21:8000", onEveryNetwork],
  ["evil.example", onEveryNetwork],
  ["evil.example", onName],
])("%s is not", (hostHeader, ours) => {
  expect(isOurHost({ hostHeader, ...ours })).toBe(false);
});

test.each([
  [undefined, "127.0.0.1:8000"],
  ["http://127.0.0.1:8000", "127.0.0.1:8000"],
  ["http://localhost:3000", "127.0.0.1:8000"],
  ["https://localhost", "127.0.0.1:8000"],
  ["http://[::1]:5173", "127.0.0.1:8000"],
  ["http://box.local:8000", "box.local:8000"],
  ["http://BOX.local:8000", "box.local:8000"],
  ["http://box.local", "box.local:80"],
  ["https://box.local", "box.local"],
])("a page from %s may command %s", (origin, hostHeader) => {
  expect(isTrustedOrigin(origin, hostHeader)).toBe(true);
});

test.each([
  ["null", "127.0.0.1:8000"],
  ["", "127.0.0.1:8000"],
  ["http://evil.example", "127.0.0.1:8000"],
  ["http://localhost.evil.example", "127.0.0.1:8000"],
  ["http://127.0.0.1.evil.example", "127.0.0.1:8000"],
  ["http://box.local:3000", "box.local:8000"],
  ["http://box.local", "box.local:8000"],
  ["file://", "127.0.0.1:8000"],
  ["file://localhost", "127.0.0.1:8000"],
  ["chrome-extension://abc", "127.0.0.1:8000"],
  ["http://evil.example", undefined],
  ["nonsense", "nonsense"],
])("a page from %s may not command %s", (origin, hostHeader) => {
  expect(isTrustedOrigin(origin, hostHeader)).toBe(false);
});
