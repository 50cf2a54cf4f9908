import { COMPUTE_SECONDS } from '../buckets.js';
import type { MetricCatalogue } from '../spec.js';

const LAG_TOPICS = ['segments', 'audits', 'signals', 'originals', 'alarms', 'alarm-commands'] as const;

export const COMMON_METRICS = {
  inferenceSeconds: {
    name: 'dynamic_deep_inference_seconds',
    type: 'histogram',
    help: 'Seconds that one call of a network takes, whatever its batch; `own`: of a task of your own.',
    labels: { model: ['encoder', 'decoder', 'rhythm', 'peaks', 'own'] },
    buckets: COMPUTE_SECONDS,
  },
  consumerLag: {
    name: 'dynamic_deep_consumer_lag',
    type: 'gauge',
    help: 'Offsets behind the end of the assigned partitions; transaction markers leave 1 a partition.',
    labels: { topic: LAG_TOPICS },
  },
  consumerLagAt: {
    name: 'dynamic_deep_consumer_lag_timestamp_seconds',
    type: 'gauge',
    help: 'Unix time at which the broker last said the lag on a topic: what dynamic_deep_consumer_lag says is as old as that. 0: it never did, or this service does not read the topic.',
    labels: { topic: LAG_TOPICS },
  },
  lostRecords: {
    name: 'dynamic_deep_lost_records_total',
    type: 'counter',
    help: 'Offsets of a topic that retention removed before this service had read them.',
    labels: { topic: LAG_TOPICS },
  },
  deadLetters: {
    name: 'dynamic_deep_dead_letters_total',
    type: 'counter',
    help: 'Messages and windows that went to ecg.deadletter.',
    labels: {
      reason: [
        'VALUE_NULL',
        'VALUE_SHORT',
        'MAGIC_WRONG',
        'SCHEMA_UNKNOWN',
        'SCHEMA_INCOMPATIBLE',
        'AVRO_TRUNCATED',
        'AVRO_TRAILING',
        'AVRO_MALFORMED',
        'VALUE_INVALID',
        'CRC_MISMATCH',
        'PAYLOAD_CORRUPT',
        'MODEL_UNKNOWN',
        'STREAM_UNKNOWN',
        'EPOCH_STALE',
        'HANDLER_FAILED',
        'UNEXPECTED',
      ],
    },
  },
  policyRefused: {
    name: 'dynamic_deep_policy_refused_total',
    type: 'counter',
    help: 'Records of ecg.policy that were left out: no policy (invalid, undecodable), or after another change of the same version (late).',
    labels: { reason: ['invalid', 'undecodable', 'late'] },
  },
  policyVersion: {
    name: 'dynamic_deep_policy_version',
    type: 'gauge',
    help: 'Newest version of ecg.policy that this process knows, whatever its scope; 0: no policy was ever set.',
    labels: {},
  },
  rebalances: {
    name: 'dynamic_deep_rebalances_total',
    type: 'counter',
    help: 'Times the consumer group gave this member a new assignment.',
    labels: {},
  },
  assignedPartitions: {
    name: 'dynamic_deep_assigned_partitions',
    type: 'gauge',
    help: 'Partitions that the consumer group gave this member; of each of its topics.',
    labels: {},
  },
  buildInfo: {
    name: 'dynamic_deep_build_info',
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: { version: 'version', node: 'node' },
  },
  metricRejected: {
    name: 'dynamic_deep_metric_rejected_total',
    type: 'counter',
    help: 'Values that were refused: not finite, negative where that is impossible, or with an unknown label value.',
    labels: {},
  },
} as const satisfies MetricCatalogue;
