/**
 * Recordings or live devices -> pieces on the grid, each when its last sample arrives -> one linger of pieces -> rungs chosen
 * by the predictor under each record's policy -> frame -> ecg.segments. Audited records also go losslessly to ecg.audits.
 * Each epoch is declared on ecg.streams first.
 */
import {
  CompactedTable,
  reportUnreadable,
  type EdgeProducer,
  type KafkaConnection,
  type Logger,
} from '../lib/kafka/index.js';
import type { ChoiceLimits } from '../lib/codec/choose.js';
import type { Ladder } from '../lib/codec/ladder.js';
import { oneStepBelow } from '../lib/certification/certificate.js';
import type { Certificates } from '../lib/certification/certificates.js';
import { limitsOf, type Policy, type PolicyInForce, type PolicyLog } from '../lib/policy/index.js';
import { encode, type StreamInfo } from '../lib/wire/index.js';
import type { ViolationAnswer } from './caution.js';
import type { EdgeConfig } from './config.js';
import { Declarations } from './declarations.js';
import { Gateway } from './gateway.js';
import type { EdgeInference } from './inference.js';
import type { EdgeMetrics } from './metrics.js';
import { sendUntilTaken } from './persistent-send.js';
import { RecordRules } from './record-rules.js';
import { secondOpinions } from './second-opinion.js';
import { encodePieces } from './segments.js';
import type { EdgeInput } from './streams.js';

export interface EdgePipelineOptions {
  readonly config: EdgeConfig;
  readonly connection: KafkaConnection;
  readonly producer: EdgeProducer;
  readonly ladder: Ladder;
  readonly inference: EdgeInference;
  readonly certificates: Pick<Certificates, 'find'>;
  /** Log of ecg.policy, already read to its end. */
  readonly policies: PolicyLog;
  /** Undefined if violations are not answered. */
  readonly answer?: Pick<ViolationAnswer, 'isCautious'> | undefined;
  readonly metrics: EdgeMetrics;
  readonly logger: Logger;
  readonly input: EdgeInput;
  /** Aborted when the sources are to stop. */
  readonly signal: AbortSignal;
  /** Aborted when everything that the broker has not taken is to be given up. */
  readonly giveUp: AbortSignal;
}

/** Windows per stream that may wait before the source is held back: 96 s of signal. */
const QUEUE_PER_STREAM = 16;
/** Windows per stream in one flush: 18 s of signal, less than an audit waits for its pair. */
const FLUSH_PER_STREAM = 3;

/** Wall milliseconds between two counts of the open streams. */
const COUNT_MS = 1_000;

/** Resolves when every stream has ended and the broker has all of it. Rejects with BROKER_UNREACHABLE after `giveUp`. */
export async function runPipeline(options: EdgePipelineOptions): Promise<void> {
  const {
    config,
    connection,
    producer,
    ladder,
    certificates,
    inference,
    policies,
    answer,
    metrics,
    logger,
    input,
    signal,
    giveUp,
  } = options;
  const sending = { producer, metrics, logger, giveUp };
  const { gateway: id, ward = null } = config;
  const common = { gateway: id, ward, clockRate: input.clockRate, model: ladder.hash };
  const declarations = new Declarations(common, await knownStreams(connection, logger));
  const policyOf = (stream: string): PolicyInForce | undefined => policies.covering({ stream, ward });
  const ownLimits = (policy: Policy): ChoiceLimits | null => {
    const { certificate } = certificates.find(policy, config.predictor);
    const isCautious = answer?.isCautious() === true && certificate !== undefined;
    return limitsOf(policy, ladder, isCautious ? oneStepBelow(certificate) : certificate);
  };
  const rules = new RecordRules({ policyOf, limitsOf: ownLimits, auditSeed: config.auditSeed });
  const { secondOpinion: ask } = inference;
  const gateway = new Gateway({
    id,
    lingerMs: config.lingerMs,
    queueLimit: () => QUEUE_PER_STREAM * Math.max(1, input.streams()),
    flushLimit: () => FLUSH_PER_STREAM * Math.max(1, input.streams()),
    model: ladder.id,
    run: declarations.run,
    ...sending,
    encode: (pieces) =>
      encodePieces(pieces, {
        ladder,
        ...inference,
        ruleOf: (stream, epoch, start) => rules.of(stream, epoch, start),
      }),
  });
  const counting = setInterval(() => {
    metrics.setStreams(input.streams());
  }, COUNT_MS);
  try {
    await input.run({
      signal,
      afterEpoch: (stream) => declarations.newestEpoch(stream),
      emit: (piece) => gateway.take(piece),
      secondOpinion:
        ask &&
        secondOpinions({
          ask,
          limitsOf: ownLimits,
          metrics,
          logger,
          patienceMs: input.patienceMs,
          policyOf: (stream) => policyOf(stream)?.policy,
        }),
      beginEpoch: async (source, epoch) => {
        const { channel, info } = declarations.declare(source, epoch, Date.now());
        const values = [encode('ecg.streams', info)];
        await sendUntilTaken({ topic: 'ecg.streams', key: source.stream, values }, sending);
        return channel;
      },
    });
  } finally {
    clearInterval(counting);
    await gateway.drain();
  }
}

/** Reads the streams as they were before this start. */
async function knownStreams(
  connection: KafkaConnection,
  logger: Logger,
): Promise<readonly (readonly [string, StreamInfo])[]> {
  const streams = await CompactedTable.open({ connection, topic: 'ecg.streams', onInvalid: reportUnreadable(logger) });
  try {
    await streams.ready();
    return [...streams.entries()];
  } finally {
    await streams.close();
  }
}
