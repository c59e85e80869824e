// SPDX-License-Identifier: GPL-3.0-or-later
// A rack file as the plan that the engine plays. Every mistake is named with its place; a file with
// one error gives no plan at all, never half of one.

import type { CommandPlan, PatternPlan } from "../binding/plan/pattern-plan.ts";
import type { TempoPoint } from "../binding/plan/plan.ts";
import type { RackPlan } from "../binding/plan/rack-plan.ts";
import { Checker } from "../config/check.ts";
import type { Document } from "../config/document.ts";
import { loadDocument, type ReadFile } from "../config/load-document.ts";
import type { Path, Problem } from "../config/problem.ts";
import { whyUnreadable } from "../config/why-unreadable.ts";
import type { NodeCatalog } from "./catalog.ts";
import { DEFAULT_SAMPLE_RATE, rackSchema, transportSchema } from "./format.ts";
import type { FileProbe, RackContext } from "./rack-context.ts";
import { feedingIds, readConnections, warnOfOpenKeys } from "./read-connections.ts";
import { readMixer } from "./read-mixer.ts";
import { readNodes, type TransportNode } from "./read-nodes.ts";
import { readPatterns } from "./read-patterns.ts";
import { BEATS_PER_BAR, readCommands, readTempoMap } from "./read-transport.ts";

/** What counts when a file does not say. */
const PLAIN_TRANSPORT = transportSchema.parse({});

/** What a rack file says about itself beside what is played. */
export interface RackFacts {
  readonly description: string;
  /** Hz: the author's rate, which an offline render uses when no other is asked for. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Beats until everything written has been heard once. */
  readonly lengthBeats: number;
  /** Does the file say a tempo? */
  readonly hasTransport: boolean;
}

export interface RackResult {
  /** Level 1, neither muted nor soloed, from the start for ever; null when there was an error. */
  readonly plan: RackPlan | null;
  readonly facts: RackFacts | null;
  readonly problems: readonly Problem[];
  /** Files that nodes name and that cannot be read: when they come, the rack is worth another look. */
  readonly missingFiles: readonly string[];
}

/**
 * Reads a rack file. Never throws for what is in the file.
 *
 * @param id - of the rack in its session
 */
export async function readRack(
  path: string,
  id: string,
  catalog: NodeCatalog,
  readFile: ReadFile,
): Promise<RackResult> {
  return rackOf(await loadDocument(path, readFile), id, catalog);
}

/**
 * The same for a document that is already parsed.
 *
 * @param probe - asked for the files that nodes name
 */
export function rackOf(
  document: Document,
  id: string,
  catalog: NodeCatalog,
  probe: FileProbe = whyUnreadable,
): RackResult {
  const checker = new Checker(document);
  const missingFiles: string[] = [];
  const refused = (): RackResult => ({ plan: null, facts: null, problems: checker.problems, missingFiles });
  if (document.value === undefined) return refused();
  const file = checker.parseGroup(rackSchema, document.value, []);
  if (file === undefined) return refused();

  const context: RackContext = {
    checker,
    catalog,
    whyUnreadable: probe,
    missingFiles,
    nodes: new Map(),
    areIdsKnown: file.nodes !== undefined,
  };
  const nodes = readNodes(context, file.nodes ?? []);
  const cables = file.connections ?? [];
  const feeding = feedingIds(cables);
  const mixer = readMixer(context, file.mixer, (nodeId) => feeding.has(nodeId));
  const connections = readConnections(context, cables, mixer);
  const place = transportPlace(context, file.transport, nodes.transport);
  const written = checker.parseGroup(transportSchema, place.value, place.path);
  const transport = { ...PLAIN_TRANSPORT, ...written };
  const tempoMap = readTempoMap(context, place.path, transport);
  const patterns = readPatterns(context, place.path, transport);
  const sampleRate = file.sampleRate ?? DEFAULT_SAMPLE_RATE;
  const commands = readCommands(context, file.commands ?? [], tempoMap, sampleRate);
  warnOfOpenKeys(context, connections);
  if (checker.hasErrors) return refused();

  return {
    plan: {
      id,
      seed: file.randomSeed ?? 0,
      startSeconds: 0,
      loopBeats: 0,
      endBeats: 0,
      tailMs: null,
      gain: 1,
      muted: false,
      soloed: false,
      tempoMap,
      nodes: nodes.plans,
      connections,
      mixer,
      patterns,
      commands,
    },
    facts: {
      description: file.description ?? "",
      sampleRate,
      channels: file.channels ?? 2,
      lengthBeats: lengthBeats(transport.lengthBars, patterns, commands, tempoMap),
      hasTransport: file.transport !== undefined || nodes.transport !== null,
    },
    problems: checker.problems,
    missingFiles,
  };
}

/** The transport is a key of the file or one of its nodes; the key wins. */
function transportPlace(
  { checker }: RackContext,
  key: unknown,
  node: TransportNode | null,
): { readonly path: Path; readonly value: unknown } {
  if (node === null) return { path: ["transport"], value: key ?? {} };
  if (key === undefined) return { path: [...node.path, "params"], value: node.params };
  const hint = 'The key "transport" of the file is played, this node is not.';
  checker.warn([...node.path, "type"], { got: "transport", hint });
  return { path: ["transport"], value: key };
}

function lengthBeats(
  bars: number | undefined,
  patterns: readonly PatternPlan[],
  commands: readonly CommandPlan[],
  tempoMap: readonly TempoPoint[],
): number {
  const patternBeats = patterns.map((pattern) => (pattern.lengthSteps / pattern.resolution) * BEATS_PER_BAR);
  const lastTempo = tempoMap.at(-1)?.beat ?? 0;
  return Math.max((bars ?? 0) * BEATS_PER_BAR, lastTempo, ...patternBeats, commands.at(-1)?.beat ?? 0);
}
