// SPDX-License-Identifier: GPL-3.0-or-later
// What was asked of another room, as an answer: what came, or the refusal with its code and sentence.
import type { FastifyReply } from "fastify";
import { isAppError } from "../../base/errors.ts";
import { isRefusalCode, REFUSAL_STATUS, type RefusalCode, refusalJson } from "../refusal.ts";

export async function answer(
  reply: FastifyReply,
  where: string,
  ask: () => Promise<object>,
): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (!isAppError(error) || !isRefusalCode(error.code)) throw error;
    return refuse(reply, error.code, `${where}: ${error.message}`);
  }
}

export function refuse(reply: FastifyReply, code: RefusalCode, sentence: string): FastifyReply {
  return reply.code(REFUSAL_STATUS[code]).send(refusalJson(code, sentence));
}
