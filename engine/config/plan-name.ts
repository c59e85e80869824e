// SPDX-License-Identifier: GPL-3.0-or-later
// What the owner of a box may call things in the settings.

export const MAX_NAME_LENGTH = 200;

/** Of ports, mappings, routes, banks, modifiers and tracks. */
export const PLAN_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;
