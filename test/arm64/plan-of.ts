// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the plan that is made of a session: plan-of.ts SESSION FILE
import { writeFileSync } from "node:fs";
import { buildPlan, loadSession } from "../../engine/app/session-source.ts";
import { formatProblem } from "../../engine/config/problem.ts";
import { DEFAULT_SETTINGS } from "../../engine/config/schema.ts";

const [session, file] = process.argv.slice(2);
if (session === undefined || file === undefined) throw new Error("plan-of.ts: expected a session and a file");
const { plan, problems } = await loadSession(session);
if (plan === null) throw new Error(problems.map(formatProblem).join("\n"));
writeFileSync(file, JSON.stringify(buildPlan(DEFAULT_SETTINGS, plan, { isNull: true }).plan));
