// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters of the synths at the ports, by name: which synth is meant, what the engine is asked, what is refused.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadProfiles, type PortProfile } from "../../../engine/app/profile-source.ts";
import { SynthDesk } from "../../../engine/app/synth-desk.ts";
import { loadTolerant } from "../../../engine/config/load-settings.ts";

let folder: string;
let all: readonly PortProfile[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-desk-"));
  const file = path.join(folder, "downbeat.yaml");
  const ports = ["korg_nts1_mk2", "volca_keys"].map(
    (profile, index) => `    - { id: p${index}, kind: virtual, name: P${index}, profile: ${profile} }`,
  );
  writeFileSync(file, ["version: 1", "midi:", "  ports:", ...ports, ""].join("\n"));
  const { settings } = await loadTolerant(file);
  all = (await loadProfiles(settings, file, null)).ports;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A desk over an engine that writes down what it is asked. */
function desk(ports: readonly PortProfile[] = all, sent = true) {
  const asked: { type: string; fields: Record<string, unknown> }[] = [];
  const values = { p0: [{ key: "filter_type", value: "LP 4" }] };
  return {
    asked,
    desk: new SynthDesk(
      () => ports,
      async (type, fields = {}) => {
        asked.push({ type, fields });
        return type === "midi" ? { sent } : { values };
      },
    ),
  };
}

test("a role reaches the one synth that is there, as its own bytes on its channel", async () => {
  const { desk: only, asked } = desk(all.slice(0, 1));
  const done = await only.setParameter({ port: null, parameter: "filter.cutoff", value: "1" });
  expect(done).toMatchObject({ port: "p0", value: 1, sent: true });
  const [last] = done.messages.slice(-1);
  expect(last?.[0]).toBe(0xb0);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.fields).toMatchObject({
    port: "p0",
    messages: done.messages,
    continuous: true,
    remember: { key: done.parameter, value: "1" },
  });
});

test("every parameter of every synth can be set at both ends and by each label", async () => {
  for (const { port, profile } of all) {
    const { desk: here } = desk();
    for (const { id, values } of profile.parameters) {
      for (const value of ["0", "1", "0.5", ...values.map(({ label }) => label)]) {
        const { messages } = await here.setParameter({ port, parameter: id, value });
        expect(messages.length, `${profile.id} ${id} ${value}`).toBeGreaterThan(0);
      }
    }
  }
});

test("steps are said again before values between them", async () => {
  const { desk: here, asked } = desk();
  const orders = new Map<boolean, number[]>([
    [true, []],
    [false, []],
  ]);
  for (const { id, values } of all[0]?.profile.parameters ?? []) {
    await here.setParameter({ port: "p0", parameter: id, value: "0" });
    const remembered = asked.at(-1)?.fields.remember as { readonly order: number } | undefined;
    orders.get(values.length > 0)?.push(remembered?.order ?? Number.NaN);
  }
  expect(Math.max(...(orders.get(true) ?? []))).toBeLessThan(Math.min(...(orders.get(false) ?? [])));
});

test("a synth that is away gets it later, and the answer says so", async () => {
  const { desk: here } = desk(all, false);
  const done = await here.setParameter({ port: "p1", parameter: "filter.cutoff", value: "0.25" });
  expect(done.sent).toBe(false);
});

test("more than the engine has time for is refused, and room comes back", async () => {
  const answers: (() => void)[] = [];
  const busy = new SynthDesk(
    () => all,
    () => new Promise((resolve) => answers.push(() => resolve({ sent: true }))),
  );
  const set = () => busy.setParameter({ port: "p0", parameter: "filter.cutoff", value: "0.5" });
  const results = Promise.allSettled(Array.from({ length: 100 }, set));
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers.length).toBeLessThan(100);
  for (const answer of answers) answer();
  const refused = (await results).filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(100 - answers.length);
  const after = set();
  answers.at(-1)?.();
  await expect(after).resolves.toMatchObject({ sent: true });
});

test("what is meant by nobody or by more than one is refused with the names there are", async () => {
  const { desk: here } = desk();
  const set = (port: string | null, parameter: string, value: string) =>
    here.setParameter({ port, parameter, value });
  await expect(set(null, "filter.cutoff", "0")).rejects.toMatchObject({
    code: "SYNTH_AMBIGUOUS",
    message: expect.stringMatching(/p0 \(.*p1 \(/),
  });
  await expect(set("p7", "filter.cutoff", "0")).rejects.toMatchObject({ code: "SYNTH_UNKNOWN" });
  await expect(set(null, "flux.capacitor", "0")).rejects.toMatchObject({ code: "SYNTH_UNKNOWN" });
  await expect(set("p0", "filter_cutof", "0")).rejects.toMatchObject({ code: "PARAMETER_UNKNOWN" });
  await expect(set("p0", "filter.cutoff", "loud")).rejects.toMatchObject({ code: "LABEL_UNKNOWN" });
  await expect(set("p0", "filter.cutoff", "1.5")).rejects.toMatchObject({ code: "VALUE_INVALID" });
  const { desk: none } = desk([]);
  await expect(none.setParameter({ port: null, parameter: "a", value: "0" })).rejects.toMatchObject({
    code: "SYNTH_UNKNOWN",
    message: expect.stringContaining("midi.ports"),
  });
});

test("the list has every parameter, with what it was last set to", async () => {
  const { desk: here } = desk();
  const [first, second] = await here.synths();
  expect(first).toMatchObject({ port: "p0", profile: "korg_nts1_mk2", channel: 1 });
  const known = first?.parameters.filter(({ value }) => value !== null) ?? [];
  expect(known.map(({ id }) => id)).toStrictEqual(["filter_type"]);
  expect(second?.parameters.every(({ value }) => value === null)).toBe(true);
});

test("a thousand who ask for the list at once cost the engine one question, and the next one asks again", async () => {
  const waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const here = new SynthDesk(
    () => all,
    () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve: () => resolve({ values: {} }), reject });
      }),
  );
  const lists = Promise.all(Array.from({ length: 1000 }, () => here.synths()));
  expect(waiting).toHaveLength(1);
  waiting[0]?.resolve();
  expect(await lists).toHaveLength(1000);
  const failing = [here.synths(), here.synths()];
  expect(waiting).toHaveLength(2);
  waiting[1]?.reject(new Error("away"));
  for (const list of failing) await expect(list).rejects.toThrow("away");
  const after = here.synths();
  expect(waiting).toHaveLength(3);
  waiting[2]?.resolve();
  expect(await after).toHaveLength(2);
});
