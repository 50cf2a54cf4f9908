import { createMetrics, createRegistry, METRICS_OF } from '../lib/metrics/index.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import { WireError } from '../lib/wire/index.js';

export type DecoderMetrics = ReturnType<typeof decoderMetrics>;

export function decoderMetrics(rungs: readonly string[], version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, METRICS_OF.decoder, { rungs, version });
  const first = rungs[0] ?? '';
  return {
    registry,
    countDecoded: (rung: string, seconds: number): void => {
      metrics.decoderSegments.inc({ rung, outcome: 'decoded' });
      metrics.decoderDecodeSeconds.observe({ rung }, seconds);
    },
    observeInference: (seconds: number): void => {
      metrics.inferenceSeconds.observe({ model: 'decoder' }, seconds);
    },
    countDuplicate: (rung = first): void => {
      metrics.decoderSegments.inc({ rung, outcome: 'duplicate' });
    },
    countGap: (): void => {
      metrics.decoderGaps.inc();
    },
    countReplayed: (): void => {
      metrics.decoderReplayedSegments.inc();
    },
    countDeadLetter: (error: unknown, rung: string | undefined, reason: string | undefined): void => {
      const code = error instanceof DynamicDeepError ? error.code : 'UNEXPECTED';
      metrics.deadLetters.inc({ reason: (reason ?? (error instanceof WireError ? error.reason : code)) as never });
      if (rung !== undefined) metrics.decoderSegments.inc({ rung, outcome: 'dead_lettered' });
    },
    countTransaction: (outcome: 'committed' | 'aborted' | 'fenced'): void => {
      metrics.decoderTransactions.inc({ outcome });
    },
    countHandlerFailed: (): void => {
      metrics.deadLetters.inc({ reason: 'HANDLER_FAILED' });
    },
    countRebalance: (partitions: number): void => {
      metrics.rebalances.inc();
      metrics.assignedPartitions.set(partitions);
    },
    countLost: (topic: string, offsets: number): void => {
      metrics.lostRecords.inc(topicLabel(topic), offsets);
    },
    setLag: (topic: string, offsets: number): void => {
      const labels = topicLabel(topic);
      metrics.consumerLag.set(labels, offsets);
      metrics.consumerLagAt.set(labels, Date.now() / 1000);
    },
  };
}

function topicLabel(topic: string): { readonly topic: 'segments' | 'audits' } {
  return { topic: topic === 'ecg.segments' ? 'segments' : 'audits' };
}
