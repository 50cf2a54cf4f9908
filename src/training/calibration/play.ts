/** Plays the edge over records: sends each under a policy at a tau and measures the errors this adds to the tasks. */
import { boundsOfPolicy, ownBounds, type AddedErrors, type PolicyRule } from '../../lib/certification/policy.js';
import type { PredictorKind } from '../../lib/certification/certificate.js';
import type { Inference } from '../../lib/tasks/inference.js';
import type { OwnTasks } from '../../lib/tasks/own/own-tasks.js';
import { payloadDecoder, type Codec } from '../evaluation/compression/codec.js';
import { codeRecords, type CodedRecord } from '../evaluation/compression/coded-record.js';
import { Outcomes } from '../evaluation/compression/outcomes.js';
import type { Sent } from '../evaluation/compression/parts.js';
import { densePredictor, synthesisPredictor, withTau } from '../evaluation/compression/predictors.js';
import type { EcgRecord } from '../evaluation/compression/records.js';
import { byPrediction, bytesOf } from '../evaluation/compression/rules.js';
import { remembered } from './memo.js';
import { OwnOutcomes } from './own-outcomes.js';

export interface Way {
  readonly policy: PolicyRule;
  readonly tau: number;
}

/** Result of sending a record in one way. */
export interface Played extends AddedErrors {
  readonly nativeBytes: number;
  readonly payloadBytes: number;
}

export interface Player {
  readonly codec: Codec;
  readonly inference: Inference;
  readonly predictor: PredictorKind;
  /** Custom tasks that policies may bound. */
  readonly ownTasks: OwnTasks;
}

/** Returns results by way, then by record, in the given orders, by the whole-record protocol on records as really sent. */
export async function play(
  records: readonly EcgRecord[],
  ways: readonly Way[],
  { codec, inference: asked, predictor, ownTasks }: Player,
): Promise<Played[][]> {
  const { inference, decode: decodeLatents } = remembered(asked, codec.decodeLatents);
  const { ladder } = codec;
  const remembering = { ...codec, decodeLatents, decode: payloadDecoder(ladder, decodeLatents) };
  const batch = await codeRecords(records, { codec: remembering, paper: undefined, cae: undefined });
  const outcomes = new Outcomes(inference);
  const sent: Sent[][] = [];
  for (const { policy, tau } of ways) {
    const own =
      predictor === 'dense'
        ? densePredictor(remembering, withTau(tau))
        : synthesisPredictor(remembering, inference, withTau(tau), ownTasks);
    const allowed = batch.map((coded) => onlyAllowed(coded, policy, codec));
    sent.push([...(await byPrediction(own, ladder)(allowed, boundsOfPolicy(policy), outcomes))]);
  }
  await outcomes.measure(sent.flatMap((own) => own.map((parts, r) => [batch[r]!, parts] as const)));
  const own = new OwnOutcomes(ownTasks);
  const errors = new Map<Sent, AddedErrors['tasks']>();
  for (const [way, { policy }] of ways.entries()) {
    const names = Object.keys(ownBounds(policy.bounds));
    if (names.length === 0) continue;
    for (const [r, parts] of sent[way]!.entries()) errors.set(parts, await own.of(records[r]!, parts, names));
  }
  return sent.map((ofWay) =>
    ofWay.map((parts, r) => {
      const { rhythm, peaks } = outcomes.of(batch[r]!, parts);
      const tasks = errors.get(parts);
      return {
        rhythm,
        peaks,
        reconstruction: Math.max(...parts.map(({ prdn }) => prdn)),
        ...(tasks === undefined ? {} : { tasks }),
        nativeBytes: 2 * records[r]!.original.samples.length,
        payloadBytes: bytesOf(parts),
      };
    }),
  );
}

function onlyAllowed(coded: CodedRecord, { rungs }: PolicyRule, { ladder }: Codec): CodedRecord {
  if (rungs === null) return coded;
  const allowed = new Set(ladder.rungs.flatMap(({ name, index }) => (rungs.includes(name) ? [index] : [])));
  const windows = coded.windows.map((window) => ({
    ...window,
    candidates: window.candidates.filter(({ rung }) => allowed.has(rung)),
  }));
  return { ...coded, windows };
}
