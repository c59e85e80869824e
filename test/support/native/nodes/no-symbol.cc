// SPDX-License-Identifier: GPL-3.0-or-later
// A shared library without nodes.
extern "C" __attribute__((visibility("default"))) int somethingElse() { return 1; }
