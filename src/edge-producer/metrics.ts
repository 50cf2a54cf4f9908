import type { Drift } from '../lib/audit/input-drift.js';
import { ElementGains } from '../lib/codec/element-gain.js';
import { INPUT_FEATURES } from '../lib/codec/input-features.js';
import { PREDICTED_TASKS } from '../lib/codec/latents.js';
import { createMetrics, createRegistry, METRICS_OF } from '../lib/metrics/index.js';
import type { PolicyRefusal } from '../lib/policy/index.js';
import { FLAG } from '../lib/signal/flags.js';
import type { PacketOutcome } from '../lib/signal/packet-order.js';
import type { EpochReason } from '../lib/signal/packets.js';
import type { EdgeModel } from './inference.js';
import type { EncodedPiece } from './segments.js';

export type EdgeMetrics = ReturnType<typeof edgeMetrics>;
/** Metrics of live devices. */
export type LiveMetrics = Pick<
  EdgeMetrics,
  'countPackets' | 'countEpoch' | 'observeRate' | 'countRefusedLine' | 'setDevices'
>;
/** RPnet's opinion before a rhythm closed a window early. `late`: no answer in time; `failed`: the network failed. */
export type OpinionOutcome = 'agrees' | 'disagrees' | 'late' | 'failed';
export type RefusedReason = 'length' | 'syntax' | 'unknown_lead' | 'devices' | 'epochs';

const FLAGGED = [
  ['lead_off', FLAG.LEAD_OFF],
  ['saturated', FLAG.SATURATED],
  ['noisy', FLAG.NOISY],
  ['constant', FLAG.CONSTANT],
  ['missing', FLAG.MISSING],
] as const;

export function edgeMetrics(rungs: readonly string[], version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, METRICS_OF.edge, { rungs, version });
  const records = new ElementGains();
  return {
    registry,
    countWindow: ({ closed, segment, predicted, rung, nominalGain }: EncodedPiece): void => {
      metrics.edgeWindows.inc({ rung });
      metrics.edgeNativeBytes.inc({ rung }, 2 * closed.piece.count);
      metrics.edgePayloadBytes.inc({ rung }, segment.payload.length);
      if (segment.policyVersion === 0) metrics.edgeWithoutPolicy.inc();
      if (closed.piece.urgent) metrics.edgeUrgentPieces.inc();
      for (const [kind, flag] of FLAGGED) if ((segment.flags & flag) !== 0) metrics.edgeFlaggedPieces.inc({ kind });
      const gain = records.add(segment, nominalGain);
      if (gain !== undefined) {
        metrics.edgeElementGainSum.inc(gain);
        metrics.edgeElementGainRecords.inc();
      }
      PREDICTED_TASKS.forEach((task, i) => {
        const error = predicted?.[i];
        if (error !== undefined) metrics.edgePredictedError.observe({ task }, error);
      });
    },
    countWire: (topic: 'ecg.segments' | 'ecg.audits', bytes: number): void => {
      metrics.edgeWireBytes.inc({ topic: topic === 'ecg.segments' ? 'segments' : 'audits' }, bytes);
    },
    observeInference: (model: EdgeModel, seconds: number): void => {
      metrics.inferenceSeconds.observe({ model }, seconds);
    },
    countSecondOpinion: (outcome: OpinionOutcome): void => {
      metrics.edgeSecondOpinions.inc({ outcome });
    },
    countRetry: (): void => {
      metrics.edgeProduceRetries.inc();
    },
    setWaiting: (segments: number): void => {
      metrics.edgeSequenceLag.set(segments);
    },
    setStreams: (streams: number): void => {
      metrics.edgeStreams.set(streams);
    },
    countPackets: (outcome: PacketOutcome, packets: number): void => {
      metrics.edgeDevicePackets.inc({ outcome }, packets);
    },
    countEpoch: (reason: EpochReason): void => {
      metrics.edgeEpochs.inc({ reason });
    },
    observeRate: (declared: number, rate: number): void => {
      metrics.edgeRateError.observe(Math.abs(rate - declared) / declared);
    },
    countRefusedLine: (reason: RefusedReason, lines = 1): void => {
      metrics.edgeRefusedLines.inc({ reason }, lines);
    },
    setDevices: (devices: number): void => {
      metrics.edgeDevices.set(devices);
    },
    countPolicyRefused: ({ reason }: PolicyRefusal): void => {
      metrics.policyRefused.inc({ reason });
    },
    setPolicyVersion: (version: number): void => {
      metrics.policyVersion.set(version);
    },
    setInputDrift: ({ streams, indices }: Drift): void => {
      metrics.edgeInputDriftStreams.set(streams);
      INPUT_FEATURES.forEach((feature, i) => {
        metrics.edgeInputDrift.set({ feature }, indices[i] ?? 0);
      });
    },
    setCautious: (cautious: boolean): void => {
      metrics.edgeCautious.set(cautious ? 1 : 0);
    },
    setCertified: (certified: boolean): void => {
      metrics.edgeCertified.set(certified ? 1 : 0);
    },
  };
}
