export { batchBytes, varintBytes, type RecordSize } from './batch-size.js';
export { connectKafka, type ConnectOptions, type KafkaConnection } from './client.js';
export { runExactlyOnce } from './exactly-once.js';
export { watchLag } from './lag.js';
export type { Logger } from './logger.js';
export type {
  ExactlyOnceOptions,
  ExactlyOnceProcessor,
  PartitionTask,
  ProcessorHooks,
  ProcessorLimits,
  ProcessorState,
  TaskPlace,
  TaskResult,
} from './processor.js';
export { createEdgeProducer, type EdgeBatch, type EdgeProducer, type SentBatch } from './producer.js';
export { deadLetter, type InputRecord, type OutputRecord } from './records.js';
export { CompactedTable, type TableOptions } from './table.js';
export { TopicTail, type TailOptions } from './tail.js';
export { checkTopics, createTopics, ensureTopics, type EnsureOptions } from './topics-admin.js';
export { DEFAULT_PARTITIONS, TOPICS, topicSpec, type TopicSpec } from './topics.js';
