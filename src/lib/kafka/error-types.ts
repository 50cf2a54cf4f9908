/** An error and its causes: kafkajs wraps what it has given up retrying. */
function* causesOf(error: unknown): Generator<Error, void> {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    yield current;
    current = current.cause;
  }
}

/** Kafka's names of an error and its causes. */
export function errorTypes(error: unknown): string[] {
  return [...causesOf(error)].flatMap((one) => {
    const { type } = one as { type?: unknown };
    return typeof type === 'string' ? [type] : [];
  });
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
  return [...causesOf(error)].some((one) => AWAY.has(one.name) || (one as { retriable?: unknown }).retriable === true);
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
