// SPDX-License-Identifier: GPL-3.0-or-later
// Text of files, devices and networks that other people named, on its way to a terminal: without what a terminal obeys.

/**
 * Control characters (C0, DEL, C1), line and paragraph ends of Unicode, and what turns the direction of the letters
 * that follow: a name with one shows other things than are there.
 */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One line that moves no cursor, sets no colour and no title: line ends and tabs are spaces, the rest is U+FFFD. */
export function visibleText(text: string): string {
  return text.replaceAll(/[\t\n\r\u2028\u2029]/g, " ").replaceAll(OBEYED, "\ufffd");
}

/** As `visibleText`, with a space for everything that is taken away. */
export function plainText(text: string): string {
  return text.replaceAll(OBEYED, " ");
}
