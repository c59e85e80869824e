// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat panel page`: which page the display shows, and choosing one.

import { visibleText } from "../base/visible-text.ts";
import { askDaemon, type DaemonOptions } from "./ask-daemon.ts";

interface PageOptions extends DaemonOptions {
  readonly json?: boolean;
}

export async function pageVerb(name: string | undefined, options: PageOptions): Promise<number> {
  const { response } =
    name === undefined
      ? await askDaemon(options, "GET", "/panel/display")
      : await askDaemon(options, "POST", `/panel/page?${new URLSearchParams({ name })}`);
  const report = (await response.json()) as Answer;
  process.stdout.write(
    options.json === true ? `${JSON.stringify(report, null, 2)}\n` : `${visibleText(reportText(report))}\n`,
  );
  return 0;
}

/** Of the answer to `GET /panel/display`. */
interface Answer {
  readonly state: "off" | "looking" | "on";
  readonly type: string | null;
  readonly address: number | null;
  readonly page: string;
  readonly chosen: string | null;
  readonly sentence: string;
}

/** `network stays on the display (an ssd1306 at 0x3c)` */
function reportText({ state, type, address, page, chosen, sentence }: Answer): string {
  const shown = chosen === null ? `${page} is shown` : `${chosen} stays`;
  if (state === "on") return `${shown} on the display (${type} at 0x${(address ?? 0).toString(16)})`;
  const why = state === "off" ? "panel.display.type is none" : sentence;
  return `${chosen ?? page} would be shown: there is no display${why === "" ? "" : ` (${why})`}`;
}
