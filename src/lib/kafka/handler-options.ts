import type { DynamicDeepError } from '../errors/index.js';
import type { KafkaConnection } from './client.js';
import type { GroupHooks, GroupLimits } from './processor.js';
import type { RecordHandler } from './record-context.js';

export interface AtLeastOnceOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** Topic to read; not compacted. Check it with `checkTopics` first. */
  readonly input: string;
  readonly handler: RecordHandler;
  /** Called once. The service must then fail its liveness probe and exit non-zero. */
  readonly onFailure: (error: DynamicDeepError) => void;
  readonly hooks?: GroupHooks;
  readonly limits?: Partial<GroupLimits>;
}
