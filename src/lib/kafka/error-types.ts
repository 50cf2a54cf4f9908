/** Kafka's names of an error and its causes: kafkajs wraps what it has given up retrying. */
export function errorTypes(error: unknown): string[] {
  const types: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    const { type } = current as { type?: unknown };
    if (typeof type === 'string') types.push(type);
    current = current.cause;
  }
  return types;
}

/** What kafkajs calls final, though it speaks of brokers that do not answer now. */
const AWAY = new Set([
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
]);

/** A broker is away, a leader or a coordinator is moving: the same again may succeed, and nothing that was asked is to blame. */
export function isBrokersFault(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    if (AWAY.has(current.name) || (current as { retriable?: unknown }).retriable === true) return true;
    current = current.cause;
  }
  return false;
}

const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTION_COORDINATOR_FENCED',
]);

/** Somebody else has initialised our transactional id, or the broker has timed the transaction out. */
export function isFenced(error: unknown): boolean {
  return errorTypes(error).some((type) => FENCED.has(type));
}

const MEMBERSHIP = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/** The heartbeat's answer says: rejoin. */
export function isMembershipError(error: unknown): boolean {
  return errorTypes(error).some((type) => MEMBERSHIP.has(type));
}

/** The heartbeat's answer says: you are no member any more, your partitions may be another's. */
export function isExpelled(error: unknown): boolean {
  return isMembershipError(error) && !errorTypes(error).includes('REBALANCE_IN_PROGRESS');
}

/** A cluster may take this long to give the partitions of a dead broker to others. Wall milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * Whether a partition is to be given up: after `attempts` tries, but while brokers are to blame not within 2 minutes.
 *
 * @param began monotonic milliseconds
 */
export function isSpent(
  error: unknown,
  { tries, began }: { readonly tries: number; readonly began: number },
  { attempts }: { readonly attempts: number },
): boolean {
  return tries >= attempts && !(isBrokersFault(error) && performance.now() - began < PATIENCE_MS);
}
