// SPDX-License-Identifier: GPL-3.0-or-later
// What makes a computer a box: every file has a place, the installer says what it would do and does nothing when it is only
// asked, what an owner writes on the boot partition is taken, and a package takes along what playing needs and no more.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";

const ROOT = projectFolder();
const scratch = mkdtempSync(path.join(tmpdir(), "downbeat-box-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
/** A function of deploy/box.sh. */
const box = (call: string, ...words: readonly string[]): string =>
  execFileSync("bash", ["-c", `. deploy/box.sh; ${call}`, "box", ...words], { cwd: ROOT, encoding: "utf8" });
const isDebian = process.platform === "linux" && readdirSync("/usr/bin").includes("apt-get");

test("every file of systemd/ is placed by the package or by the installer, in the folder that it names", () => {
  const placed = box("box_files");
  const packed = read("deploy/deb");
  for (const name of readdirSync(path.join(ROOT, "systemd"))) {
    if (/\.(?:service|target|slice)$/.test(name)) continue; // all of them: systemd/*.service and so on
    const [, folder = ""] =
      /Goes to (\/\S+)\/[.;,]/.exec(read(`systemd/${name}`).replaceAll("\n# ", " ")) ?? [];
    expect(folder, `${name} says where it goes`).toMatch(/^\//);
    const place = new RegExp(`^systemd/${name} (\\S+) `, "m").exec(placed)?.[1];
    if (place !== undefined) expect(path.dirname(place)).toBe(folder);
    else expect(packed).toMatch(new RegExp(`systemd/${name} "\\$STAGE${folder}/`));
  }
});

test.runIf(isDebian)("the installer says each change, and with --dry-run makes none", () => {
  const config = path.join(scratch, "config.txt");
  writeFileSync(config, "arm_64bit=1\n");
  writeFileSync(path.join(scratch, "cmdline.txt"), "console=serial0,115200 console=tty1 root=/dev/x\n");
  const words = execFileSync(path.join(ROOT, "deploy/install"), ["--dry-run", "--serial-midi"], {
    encoding: "utf8",
    env: { ...process.env, DOWNBEAT_FIRMWARE_CONFIG: config },
  });
  for (const line of box("box_files").trim().split("\n"))
    expect(words).toContain(`Would: Write ${line.split(" ")[1]}: `);
  expect(words).toMatch(/Would: make a package/);
  expect(words).toMatch(/Would: Add to .*dtparam=i2c_arm=on/);
  expect(words).toMatch(/Would: Take the console off the serial port/);
  expect(words).toMatch(/Nothing was done/);
  expect(readFileSync(config, "utf8")).toBe("arm_64bit=1\n");
  expect(readdirSync(scratch)).not.toContain("cmdline.txt.downbeat");
});

test("our lines in config.txt can be taken out again, whatever else is there", () => {
  const line = fc.string({ unit: "grapheme-ascii" }).filter((text) => !text.startsWith("# downbeat:"));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const file = path.join(scratch, "lines.txt");
      const text = lines.map((each) => `${each}\n`).join("");
      writeFileSync(file, text + box("config_block serial"));
      expect(box('without_block "$1"', file)).toBe(text);
    }),
    { numRuns: 20 },
  );
});

/** What the box makes of the files on its boot partition. */
function bootFiles(files: Readonly<Record<string, string>>): {
  readonly said: string;
  readonly taken: (file: string) => string;
} {
  const boot = mkdtempSync(path.join(scratch, "boot-"));
  const root = mkdtempSync(path.join(scratch, "root-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(boot, name), text);
  const said = execFileSync(
    "sh",
    ["-c", 'exec "$0" 2>&1', path.join(ROOT, "deploy/image-root/usr/lib/downbeat-box/boot-files")],
    { encoding: "utf8", env: { ...process.env, DOWNBEAT_BOOT_FILES: boot, DOWNBEAT_BOOT_ROOT: root } },
  );
  return { said, taken: (file) => readFileSync(path.join(root, file), "utf8") };
}

const WIFI = "etc/wpa_supplicant/wpa_supplicant-wlan0.conf";

test("keys and Wi-Fi are taken from files that editors of any system wrote", () => {
  const { said, taken } = bootFiles({
    "ssh-keys.txt": "\ufeffssh-ed25519 AAAA me@here\r\n",
    "wifi.txt": '\ufeffnetwork: Café "Upstairs"\r\n  password :  it\'s secret\r\ncountry: DE\r\n',
  });
  expect(said).toBe("");
  expect(taken("root/.ssh/authorized_keys")).toBe("ssh-ed25519 AAAA me@here\n");
  expect(taken(WIFI)).toContain(`ssid=${Buffer.from('Café "Upstairs"').toString("hex")}\n`);
  expect(taken(WIFI)).toContain('psk="it\'s secret"\n');
  expect(taken(WIFI)).toContain("country=DE\n");
});

test("both files may be missing, and a mistake in one is said", () => {
  expect(bootFiles({}).said).toBe("");
  expect(bootFiles({ "wifi.txt": "password: 12345678\n" }).said).toMatch(/expected a line "network: NAME"/);
  expect(bootFiles({ "wifi.txt": "network: a\npassword: short\n" }).said).toMatch(
    /expected 8 to 63 characters, got 5/,
  );
  expect(bootFiles({ "wifi.txt": "network: open\n" }).taken(WIFI)).toContain("key_mgmt=NONE");
});

test.each(["amd64", "arm64"])("a package for %s takes along what playing needs", (arch) => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string>
  >;
  const folders = execFileSync(process.execPath, [path.join(ROOT, "deploy/vendored.ts"), arch], {
    cwd: ROOT,
    encoding: "utf8",
  }).split("\n");
  for (const name of Object.keys(dependencies))
    if (!name.startsWith("node-a")) expect(folders).toContain(`node_modules/${name}`);
  for (const name of Object.keys(devDependencies)) expect(folders).not.toContain(`node_modules/${name}`);
});
