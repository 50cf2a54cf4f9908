/**
 * Every error that Dynamic-Deep raises on purpose: code -> whether a retry can help, and what to do.
 * docs/errors.md is compared with this table in both directions.
 */
export const ERRORS = {
  CONFIG_INVALID: { canRetry: false, help: 'Correct the named flags or variables; `--help` lists them.' },
  FILE_NOT_FOUND: { canRetry: false, help: 'Check the path; a WFDB record is named without its extension.' },
  RECORD_INVALID: {
    canRetry: false,
    help: 'The header or the samples are not what the format demands; the message says where.',
  },
  RECORD_UNSUPPORTED: {
    canRetry: false,
    help: 'Convert the recording to WFDB format 16 (or 8, 24, 32, 61, 80, 160, 212, 310, 311) with 16-bit samples.',
  },
  TOOL_MISSING: { canRetry: false, help: 'Install the named tool, or take the other path that the message names.' },
  MODEL_INVALID: {
    canRetry: false,
    help: 'Restore models/ from the release: weights and manifest must belong together.',
  },
  MODEL_UNKNOWN: {
    canRetry: false,
    help: 'Give the decoder the codec that the frame names before an edge uses it; older ones by --older-codecs.',
  },
  TASK_INVALID: {
    canRetry: false,
    help: 'Correct the folder of the task of your own that is named; docs/own-tasks.md has its shape.',
  },
  PAYLOAD_CORRUPT: {
    canRetry: false,
    help: 'In a stream, the window is on the dead-letter topic with its bytes and coordinates; with files, restore models/.',
  },
  MESSAGE_INVALID: {
    canRetry: false,
    help: 'The message went to the dead-letter topic with its bytes and coordinates.',
  },
  STREAM_UNKNOWN: {
    canRetry: false,
    help: 'No entry for the stream or channel on ecg.streams: the edge publishes it before the first segment.',
  },
  DEVICE_UNKNOWN: {
    canRetry: false,
    help: 'Name a bed as ecg.streams declares it; `dynamic-deep alarms list` shows those with open alarms.',
  },
  POLICY_INVALID: { canRetry: false, help: 'Correct what is named, a line each; docs/policy.md has the shape.' },
  POLICY_CONFLICT: {
    canRetry: false,
    help: 'Look at what the other one set (`dynamic-deep policy get`), then set yours again.',
  },
  ALARM_UNKNOWN: { canRetry: false, help: 'The alarm is over: look at the list again.' },
  REQUEST_INVALID: { canRetry: false, help: 'The page and its server are of different versions: load the page again.' },
  COMMAND_FAILED: {
    canRetry: true,
    help: 'Nobody has confirmed it, and it may still take effect: look at the alarm or the history before you try again.',
  },
  PREVIEW_FAILED: {
    canRetry: true,
    help: 'Preview again, with less going on beside it; the reason that is named says what was missing.',
  },
  LOGIN_UNAVAILABLE: {
    canRetry: true,
    help: 'Check --oidc-issuer and that the provider answers /.well-known/openid-configuration from here.',
  },
  BROKER_UNREACHABLE: { canRetry: true, help: 'Start the broker or correct KAFKA_BROKERS.' },
  TOPIC_MISSING: { canRetry: false, help: 'Create the topics: `dynamic-deep topics create`.' },
  TOPIC_MISCONFIGURED: {
    canRetry: false,
    help: 'docs/topics.md has the settings; partition counts are never raised in place.',
  },
  NOT_A_BUFFER: {
    canRetry: false,
    help: 'Only a Buffer, string or null may be produced: kafkajs turns other arrays into text.',
  },
  FENCED: { canRetry: true, help: 'Another member took the partition over; this one rejoins.' },
  CONSUMER_FAILED: {
    canRetry: true,
    help: 'The process ends and is to be started again; docs/delivery.md says what led here.',
  },
  PROCESSING_STALLED: {
    canRetry: true,
    help: 'One call did not come back: the process ends and is to be started again.',
  },
  WORKER_FAILED: { canRetry: true, help: 'The inference worker died; the process ends and is to be started again.' },
  CLUSTER_IN_USE: {
    canRetry: false,
    help: 'The demo would take partitions from those services: use another cluster, or none (unset KAFKA_BROKERS).',
  },
  SERVICE_FAILED: { canRetry: false, help: 'Its log file, named above the table, says why.' },
  PORT_TAKEN: {
    canRetry: false,
    help: 'Choose another port for what the message names (--http-port or --page-port, where 0 takes a free one; --listen).',
  },
  CERTIFICATE_INVALID: {
    canRetry: false,
    help: 'Restore certificates.json from the release, or make it again: `dynamic-deep calibrate`.',
  },
  CHECKPOINT_INVALID: { canRetry: false, help: 'Remove the checkpoint folder to train from the start.' },
  COMPRESSED_FILE_INVALID: {
    canRetry: false,
    help: 'The file is damaged, cut short, or none that `dynamic-deep compress` wrote: take another copy of it.',
  },
  OUTPUT_EXISTS: { canRetry: false, help: 'Name another folder, or say --overwrite.' },
  DATA_INVALID: {
    canRetry: false,
    help: 'The data folder or label file is not as the command needs it; the message says what is missing.',
  },
} as const satisfies Record<string, { canRetry: boolean; help: string }>;

export type ErrorCode = keyof typeof ERRORS;
