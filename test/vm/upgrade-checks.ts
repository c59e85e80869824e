// SPDX-License-Identifier: GPL-3.0-or-later
// Updates inside a box: what the owner wrote stays, the music plays through an update that brings no new engine, a new
// engine plays at once, the way back works, and removal leaves what it should.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { plays, property, say, statusOf } from "./boot-checks.ts";
import type { GuestBox } from "./guest-box.ts";

/** The same package as another version, with the same engine or one that differs by a byte. */
function repack(deb: string, folder: string, version: string, hasNewEngine: boolean): string {
  const tree = path.join(folder, `deb-${version}`);
  execFileSync("dpkg-deb", ["-R", deb, tree]);
  const control = path.join(tree, "DEBIAN", "control");
  writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: .*/m, `Version: ${version}`));
  if (hasNewEngine) appendFileSync(path.join(tree, "usr/lib/downbeat/downbeat-engine"), "\0");
  const made = path.join(folder, `downbeat_${version}.deb`);
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zzstd", "-z1", "--build", tree, made], {
    stdio: "ignore",
  });
  return made;
}

/** An emulated processor unpacks forty megabytes. */
const INSTALL_SECONDS = 900;
const INSTALL = "DEBIAN_FRONTEND=noninteractive dpkg --force-confdef -i";

async function install(box: GuestBox, name: string): Promise<void> {
  // No answer can be given: an update that asks would end here.
  const words = await box.run(`${INSTALL} /root/${name} </dev/null 2>&1`, "", INSTALL_SECONDS);
  assert.doesNotMatch(words, /error|warning: (?!downgrading)/i, words);
}

const version = async (box: GuestBox) =>
  (await box.run("dpkg-query --show downbeat")).trim().split("\t")[1] ?? "";
const pids = async (box: GuestBox) => ({
  engine: await property(box, "downbeat-engine.service", "MainPID"),
  node: await property(box, "downbeat.service", "MainPID"),
});

export async function checkUpgrades(box: GuestBox, deb: string): Promise<void> {
  const first = await version(box);
  const sameEngine = `${first}.1`;
  const newEngine = `${first}.2`;
  box.copyIn(deb, "/root/first.deb");
  box.copyIn(repack(deb, box.folder, sameEngine, false), "/root/same-engine.deb");
  box.copyIn(repack(deb, box.folder, newEngine, true), "/root/new-engine.deb");

  await box.run(
    "sed -i 's/^  gainDb: .*/  gainDb: -3/; s/^# Downbeat.s settings.*/# mine/' /etc/downbeat/downbeat.yaml",
  );
  await box.run("cp /usr/lib/downbeat/config/racks/crossing-day.yaml /etc/downbeat/racks/mine.yaml");
  const settings = () => box.run("sha256sum /etc/downbeat/downbeat.yaml /etc/downbeat/racks/mine.yaml");
  const mine = await settings();
  await plays(box);

  const before = await pids(box);
  const frames = (await statusOf(box)).transport.frame;
  await install(box, "same-engine.deb");
  const after = await pids(box);
  assert.equal(await version(box), sameEngine);
  assert.equal(after.engine, before.engine, "the engine is the same process");
  assert.notEqual(after.node, before.node, "Node is a new one");
  assert.ok((await plays(box)).transport.frame > frames);
  assert.equal(await settings(), mine);
  say(`updated to ${sameEngine} while it played: engine ${before.engine} played on, Node was replaced`);

  await install(box, "new-engine.deb");
  assert.notEqual((await pids(box)).engine, after.engine);
  assert.equal((await plays(box)).engine.startedFrom, "lastPlan");
  assert.equal(await settings(), mine);
  say(`updated to ${newEngine} with another engine: it plays the last plan`);

  await install(box, "first.deb");
  assert.equal(await version(box), first);
  assert.equal((await plays(box)).engine.startedFrom, "lastPlan");
  assert.equal(await settings(), mine);
  say(`back to ${first}: it plays, and the settings are as they were`);

  await box.run("sync");
  await box.cutPower();
  await box.boot();
  assert.equal((await plays(box)).engine.startedFrom, "lastPlan");
  assert.equal(await settings(), mine);
  say("after a power cut: the same");

  await box.run("DEBIAN_FRONTEND=noninteractive dpkg --remove downbeat </dev/null");
  assert.notEqual((await box.try("systemctl is-active downbeat-engine.service")).code, 0);
  assert.equal((await box.try("test -e /usr/lib/downbeat")).code, 1);
  assert.equal(await settings(), mine);
  assert.equal((await box.try("test -s /var/lib/downbeat/last-plan.json")).code, 0);
  await install(box, "first.deb");
  assert.equal((await plays(box)).engine.startedFrom, "lastPlan");
  assert.equal(await settings(), mine);
  say("removed and installed again: settings and state were kept");

  await box.run("touch /var/lib/downbeat/take.wav");
  await box.run("DEBIAN_FRONTEND=noninteractive dpkg --purge downbeat </dev/null");
  const left = (await box.run("find /etc/downbeat /var/lib/downbeat -type f")).trim().split("\n").sort();
  // The rack that this box plays is in its folder, too: it was put there for these checks.
  assert.deepEqual(left, [
    "/etc/downbeat/light-rack.json",
    "/etc/downbeat/racks/mine.yaml",
    "/var/lib/downbeat/take.wav",
  ]);
  say(`purged: of the owner's, ${left.join(" and ")} stay`);
}
