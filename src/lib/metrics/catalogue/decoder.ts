import { COMPUTE_SECONDS } from '../buckets.js';
import type { MetricCatalogue } from '../spec.js';

export const DECODER_METRICS = {
  decoderSegments: {
    name: 'dynamic_deep_decoder_segments_total',
    type: 'counter',
    help: 'Segments of ecg.segments taken in, by what became of them.',
    labels: { rung: 'rungs', outcome: ['decoded', 'duplicate', 'dead_lettered'] },
  },
  decoderGaps: {
    name: 'dynamic_deep_decoder_gaps_total',
    type: 'counter',
    help: 'Holes in the sequence of an epoch, however long.',
    labels: {},
  },
  decoderDecodeSeconds: {
    name: 'dynamic_deep_decoder_decode_seconds',
    type: 'histogram',
    help: 'Seconds to decode one segment.',
    labels: { rung: 'rungs' },
    buckets: COMPUTE_SECONDS,
  },
  decoderTransactions: {
    name: 'dynamic_deep_decoder_transactions_total',
    type: 'counter',
    help: 'Kafka transactions, by their end.',
    labels: { outcome: ['committed', 'aborted', 'fenced'] },
  },
  decoderReplayedSegments: {
    name: 'dynamic_deep_decoder_replayed_segments_total',
    type: 'counter',
    help: 'Segments read again without output to rebuild sequence state after an assignment.',
    labels: {},
  },
} as const satisfies MetricCatalogue;
