/**
 * Recordings -> pieces on the grid, at the pace of the device clock -> one linger of them -> rungs and predictor ->
 * frame -> ecg.segments; audited records also losslessly -> ecg.audits. Each epoch is declared on ecg.streams first.
 */
import { CompactedTable, type EdgeProducer, type KafkaConnection, type Logger } from '../lib/kafka/index.js';
import type { Ladder } from '../lib/codec/ladder.js';
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { encode, type StreamInfo } from '../lib/wire/index.js';
import { isAudited } from './audits.js';
import { replayClock } from './clock.js';
import type { EdgeConfig } from './config.js';
import { Gateway } from './gateway.js';
import type { EdgeOperations } from './inference.worker.js';
import type { EdgeMetrics } from './metrics.js';
import { sendUntilTaken } from './persistent-send.js';
import { replay } from './replay.js';
import { encodePieces } from './segments.js';
import type { EdgeStream } from './sources.js';

export interface EdgePipelineOptions {
  readonly config: EdgeConfig;
  readonly connection: KafkaConnection;
  readonly producer: EdgeProducer;
  readonly ladder: Ladder;
  readonly worker: InferenceWorker<EdgeOperations>;
  readonly metrics: EdgeMetrics;
  readonly logger: Logger;
  readonly sources: readonly EdgeStream[];
  readonly signal: AbortSignal;
}

/** Windows a stream that may wait, 96 s of signal, before the replay is held back. */
const QUEUE_PER_STREAM = 16;
/** Windows a stream in one flush, 18 s of signal: less than an audit waits for its pair. */
const FLUSH_PER_STREAM = 3;

/** Resolves when every stream has ended and all of it is with the broker. */
export async function runPipeline(options: EdgePipelineOptions): Promise<void> {
  const { config, connection, producer, ladder, worker, metrics, logger, sources, signal } = options;
  const known = await knownEpochs(connection);
  const clock = replayClock(config.speed);
  const bounds = { rhythm: config.rhythmBound, peaks: config.peaksBound };
  const draw = { share: config.auditShare, seed: config.auditSeed };
  const gateway = new Gateway({
    id: config.gateway,
    lingerMs: config.lingerMs,
    queueLimit: QUEUE_PER_STREAM * sources.length,
    flushLimit: FLUSH_PER_STREAM * sources.length,
    model: ladder.id,
    producer,
    metrics,
    logger,
    encode: (pieces) =>
      encodePieces(pieces, {
        ladder,
        bounds,
        worker,
        observeInference: metrics.observeInference,
        isAudited: (stream, epoch, start) => isAudited(draw, stream, epoch, start),
      }),
  });
  const beginEpoch = async (source: EdgeStream, epoch: number): Promise<void> => {
    const info = describe(source, epoch, config, ladder.hash);
    const values = [encode('ecg.streams', info)];
    await sendUntilTaken({ topic: 'ecg.streams', key: source.stream, values }, { producer, metrics, logger });
  };
  try {
    await Promise.all(
      sources.map((source) =>
        replay(source, {
          clock,
          seconds: config.seconds,
          afterEpoch: known.get(source.stream) ?? 0,
          signal,
          beginEpoch,
          emit: (piece) => gateway.take(piece),
        }),
      ),
    );
  } finally {
    await gateway.drain();
  }
}

/** The newest epoch of every stream: a new one must begin after it, also where the replay of an earlier run was fast. */
async function knownEpochs(connection: KafkaConnection): Promise<Map<string, number>> {
  const streams = await CompactedTable.open({ connection, topic: 'ecg.streams' });
  try {
    await streams.ready();
    return new Map([...streams.entries()].map(([stream, { epoch }]) => [stream, epoch]));
  } finally {
    await streams.close();
  }
}

function describe({ stream, device, lead }: EdgeStream, epoch: number, config: EdgeConfig, model: string): StreamInfo {
  return {
    stream,
    device,
    gateway: config.gateway,
    lead: lead.name,
    unit: 'mV',
    gain: lead.gain,
    baseline: lead.baseline,
    rate: lead.rate,
    calibrated: lead.calibrated,
    model,
    clockRate: config.speed,
    epoch,
    declaredAt: Date.now(),
  };
}
