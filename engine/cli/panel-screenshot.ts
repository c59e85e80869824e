// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat panel screenshot`: what the display shows, as a picture.
import path from "node:path";
import { atomicWrite } from "../base/atomic-write.ts";
import { AppError } from "../base/errors.ts";
import { visibleText } from "../base/visible-text.ts";
import { askDaemon, type DaemonOptions } from "./ask-daemon.ts";
import { wholeNumberOption } from "./numbers.ts";

interface ScreenshotOptions extends DaemonOptions {
  readonly page?: string;
  readonly scale: string;
  readonly json?: boolean;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export async function screenshotVerb(given: string | undefined, options: ScreenshotOptions): Promise<number> {
  const scale = wholeNumberOption("--scale", options.scale, 1, 16, "");
  const query = new URLSearchParams({ scale: String(scale) });
  if (options.page !== undefined) query.set("page", options.page);
  const { response, url } = await askDaemon(options, "GET", `/panel/screenshot.png?${query}`);
  const picture = Buffer.from(await response.arrayBuffer());
  if (!picture.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE))
    throw new AppError(
      "DAEMON_AWAY",
      `${url}: expected a PNG picture, got something else. Is this Downbeat?`,
    );
  const file = path.resolve(given ?? "display.png");
  await atomicWrite(file, picture);
  process.stdout.write(
    options.json === true ? `${JSON.stringify({ file, bytes: picture.length })}\n` : `${visibleText(file)}\n`,
  );
  return 0;
}
