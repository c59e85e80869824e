// SPDX-License-Identifier: GPL-3.0-or-later
// Text of files that other people made, on its way to a terminal: without what a terminal obeys.

/**
 * One line that moves no cursor, sets no colour and no title: line ends and tabs are spaces, any other control
 * character (C0, DEL, C1) is U+FFFD.
 */
export function visibleText(text: string): string {
  return (
    text
      .replaceAll(/[\t\n\r]/g, " ")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
      .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd")
  );
}
