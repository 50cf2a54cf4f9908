import { ElementGains } from '../lib/codec/element-gain.js';
import { PREDICTED_TASKS } from '../lib/codec/latents.js';
import { createMetrics, createRegistry, METRICS_OF } from '../lib/metrics/index.js';
import type { EncodedPiece } from './segments.js';

export type EdgeMetrics = ReturnType<typeof edgeMetrics>;

export function edgeMetrics(rungs: readonly string[], version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, METRICS_OF.edge, { rungs, version });
  const records = new ElementGains();
  return {
    registry,
    countWindow: ({ closed, segment, rung, nominalGain }: EncodedPiece): void => {
      metrics.edgeWindows.inc({ rung });
      metrics.edgeNativeBytes.inc({ rung }, 2 * closed.piece.count);
      metrics.edgePayloadBytes.inc({ rung }, segment.payload.length);
      const gain = records.add(segment, nominalGain);
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
    observeInference: (seconds: number): void => {
      metrics.inferenceSeconds.observe({ model: 'encoder' }, seconds);
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
