import { PREDICTED_TASKS } from '../lib/codec/latents.js';
import { createMetrics, createRegistry } from '../lib/metrics/index.js';
import { RECORD } from '../lib/signal/grid.js';
import type { EncodedPiece } from './segments.js';

const NAMES = [
  'edgeWindows',
  'edgeNativeBytes',
  'edgePayloadBytes',
  'edgeWireBytes',
  'edgeElementGainSum',
  'edgeElementGainRecords',
  'edgePredictedError',
  'edgeCertified',
  'edgeSequenceLag',
  'edgeProduceRetries',
  'buildInfo',
] as const;

export type EdgeMetrics = ReturnType<typeof edgeMetrics>;

export function edgeMetrics(rungs: readonly string[], version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, NAMES, { rungs, version });
  const records = new ElementGains();
  return {
    registry,
    countWindow: ({ closed, segment, rung, nominalGain }: EncodedPiece): void => {
      metrics.edgeWindows.inc({ rung });
      metrics.edgeNativeBytes.inc({ rung }, 2 * closed.piece.count);
      metrics.edgePayloadBytes.inc({ rung }, segment.payload.length);
      const gain = records.add(segment.stream, segment.epoch, segment.start, segment.length, nominalGain);
      if (gain !== undefined) {
        metrics.edgeElementGainSum.inc(gain);
        metrics.edgeElementGainRecords.inc();
      }
      PREDICTED_TASKS.forEach((task, i) => {
        const error = segment.predicted?.[i];
        if (error !== undefined) metrics.edgePredictedError.observe({ task }, error);
      });
    },
    countWire: (topic: 'ecg.segments' | 'ecg.audits', bytes: number): void => {
      metrics.edgeWireBytes.inc({ topic: topic === 'ecg.segments' ? 'segments' : 'audits' }, bytes);
    },
    countRetry: (): void => {
      metrics.edgeProduceRetries.inc();
    },
    setWaiting: (segments: number): void => {
      metrics.edgeSequenceLag.set(segments);
    },
    setCertified: (certified: boolean): void => {
      metrics.edgeCertified.set(certified ? 1 : 0);
    },
  };
}

/** Element gain of whole records: samples in / numbers out, where a raw or lossless window counts its samples. */
class ElementGains {
  readonly #open = new Map<string, { record: string; samples: number; numbers: number }>();

  /** The gain of a record when its last window is in; undefined before, and for records that were cut. */
  add(stream: string, epoch: number, start: number, length: number, nominalGain: number): number | undefined {
    const record = `${epoch} ${Math.floor(start / RECORD)}`;
    const known = this.#open.get(stream);
    const open = known?.record === record ? known : { record, samples: 0, numbers: 0 };
    this.#open.set(stream, open);
    open.samples += length;
    open.numbers += length / nominalGain;
    return open.samples === RECORD ? open.samples / open.numbers : undefined;
  }
}
