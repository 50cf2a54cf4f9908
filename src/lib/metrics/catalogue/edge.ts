import { RATE_ERROR, TASK_ERROR } from '../buckets.js';
import type { MetricCatalogue } from '../spec.js';

/** Names from src/lib/codec/input-features.ts, which this part may not import. The edge would not compile with any others. */
const INPUT_FEATURES = [
  'scale',
  ...(['energy-1', 'energy-2', 'energy-3', 'energy-4'] as const),
  ...(['change-1', 'change-2', 'change-3', 'change-4'] as const),
] as const;

export const EDGE_METRICS = {
  edgeWindows: {
    name: 'dynamic_deep_edge_windows_total',
    type: 'counter',
    help: 'Segments sent on ecg.segments (windows, or pieces of them), by rung.',
    labels: { rung: 'rungs' },
  },
  edgeNativeBytes: {
    name: 'dynamic_deep_edge_native_bytes_total',
    type: 'counter',
    help: 'Native samples sent, 2 bytes each: the numerator of payload and wire gain.',
    labels: { rung: 'rungs' },
  },
  edgePayloadBytes: {
    name: 'dynamic_deep_edge_payload_bytes_total',
    type: 'counter',
    help: 'Bytes of codec payload in segments: the denominator of payload gain.',
    labels: { rung: 'rungs' },
  },
  edgeWireBytes: {
    name: 'dynamic_deep_edge_wire_bytes_total',
    type: 'counter',
    help: 'Bytes in the log of the broker before replication: key, Avro, record and batch overhead.',
    labels: { topic: ['segments', 'audits'] },
  },
  edgeElementGainSum: {
    name: 'dynamic_deep_edge_element_gain_sum_total',
    type: 'counter',
    help: 'Sum over records of element gain (samples in / numbers out); divided by its records the mean.',
    labels: {},
  },
  edgeElementGainRecords: {
    name: 'dynamic_deep_edge_element_gain_records_total',
    type: 'counter',
    help: 'Records that count in dynamic_deep_edge_element_gain_sum_total.',
    labels: {},
  },
  edgePredictedError: {
    name: 'dynamic_deep_edge_predicted_error',
    type: 'histogram',
    help: 'Error predicted for the rung that was sent, a value a window and task; rhythm in nats.',
    labels: { task: ['rhythm', 'peaks'] },
    buckets: TASK_ERROR,
  },
  edgeCertified: {
    name: 'dynamic_deep_edge_certified',
    type: 'gauge',
    help: '1 while a certificate stands behind each policy in force for this edge that allows a lossy rung, 0 while one has none and is kept losslessly.',
    labels: {},
  },
  edgeInputDrift: {
    name: 'dynamic_deep_edge_input_drift',
    type: 'gauge',
    help: 'Population stability index of each feature that the predictor sees, the last hour against the training reference; 0 without windows or reference.',
    labels: { feature: INPUT_FEATURES },
  },
  edgeInputDriftStreams: {
    name: 'dynamic_deep_edge_input_drift_streams',
    type: 'gauge',
    help: 'Streams behind dynamic_deep_edge_input_drift, by their equal number (Kish): what an index of 0.25 or more is worth hangs on it.',
    labels: {},
  },
  edgeCautious: {
    name: 'dynamic_deep_edge_cautious',
    type: 'gauge',
    help: '1 while this edge chooses by one tau less than its certificates allow, since audits show more violations than that; 0 otherwise, and without `--answer-violations`.',
    labels: {},
  },
  edgeWithoutPolicy: {
    name: 'dynamic_deep_edge_segments_without_policy_total',
    type: 'counter',
    help: 'Segments of streams that no policy covers: sent losslessly.',
    labels: {},
  },
  edgeSequenceLag: {
    name: 'dynamic_deep_edge_sequence_lag_segments',
    type: 'gauge',
    help: 'Segments cut but not yet acknowledged by the broker, over all streams.',
    labels: {},
  },
  edgeStreams: {
    name: 'dynamic_deep_edge_streams',
    type: 'gauge',
    help: 'Streams (leads of beds) that are open.',
    labels: {},
  },
  edgeProduceRetries: {
    name: 'dynamic_deep_edge_produce_retries_total',
    type: 'counter',
    help: 'Sends to Kafka that were tried again.',
    labels: {},
  },
  edgeUrgentPieces: {
    name: 'dynamic_deep_edge_urgent_pieces_total',
    type: 'counter',
    help: 'Pieces closed early, since beats were missed or came at an extreme rate: sent at once, losslessly.',
    labels: {},
  },
  edgeSecondOpinions: {
    name: 'dynamic_deep_edge_second_opinions_total',
    type: 'counter',
    help: 'Times that RPnet was asked before a rhythm closed a window early: agrees (silence or an extreme rate is there), disagrees (the window stays open), late or failed (it closes).',
    labels: { outcome: ['agrees', 'disagrees', 'late', 'failed'] },
  },
  edgeFlaggedPieces: {
    name: 'dynamic_deep_edge_flagged_pieces_total',
    type: 'counter',
    help: 'Pieces by what is wrong with their signal; one piece may count for several kinds.',
    labels: { kind: ['lead_off', 'saturated', 'noisy', 'constant', 'missing'] },
  },
  edgeDevices: {
    name: 'dynamic_deep_edge_live_devices',
    type: 'gauge',
    help: 'Live devices that are connected.',
    labels: {},
  },
  edgeDevicePackets: {
    name: 'dynamic_deep_edge_device_packets_total',
    type: 'counter',
    help: 'Packets of live devices: taken, repeated or late (both dropped), reordered (taken all the same), lost.',
    labels: { outcome: ['taken', 'repeated', 'late', 'reordered', 'lost'] },
  },
  edgeRefusedLines: {
    name: 'dynamic_deep_edge_refused_lines_total',
    type: 'counter',
    help: 'Lines of live devices that were refused: too long, not of the protocol, a packet without its hello, one device too many, a lead that would begin epochs too often (its samples go on in the one that is open).',
    labels: { reason: ['length', 'syntax', 'unknown_lead', 'devices', 'epochs'] },
  },
  edgeEpochs: {
    name: 'dynamic_deep_edge_live_epochs_total',
    type: 'counter',
    help: 'Epochs of live streams, by why they began.',
    labels: { reason: ['start', 'hole', 'clock-step', 'drift', 'restart'] },
  },
  edgeRateError: {
    name: 'dynamic_deep_edge_rate_error',
    type: 'histogram',
    help: 'How far the true rate of a live stream is from the declared one, as a share of it; an observation a packet.',
    labels: {},
    buckets: RATE_ERROR,
  },
} as const satisfies MetricCatalogue;
