/** Yields an error and its causes: kafkajs wraps an error that it has given up retrying. */
function* causesOf(error: unknown): Generator<Error, void> {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    yield current;
    current = current.cause;
  }
}

/** Returns Kafka's names for an error and its causes. */
export function errorTypes(error: unknown): string[] {
  return [...causesOf(error)].flatMap((one) => {
    const { type } = one as { type?: unknown };
    return typeof type === 'string' ? [type] : [];
  });
}

/** Errors that kafkajs calls final, although they only mean that brokers do not answer at the moment. */
const AWAY = new Set([
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
]);

/** Whether a broker is away, or a leader or coordinator is moving: the same request may succeed later and is not at fault. */
export function isBrokersFault(error: unknown): boolean {
  return [...causesOf(error)].some((one) => AWAY.has(one.name) || (one as { retriable?: unknown }).retriable === true);
}

const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTION_COORDINATOR_FENCED',
]);

/** Whether somebody else has initialised our transactional id, or the broker has timed the transaction out. */
export function isFenced(error: unknown): boolean {
  return errorTypes(error).some((type) => FENCED.has(type));
}

const MEMBERSHIP = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/** Whether the answer to a heartbeat tells the member to rejoin. */
export function isMembershipError(error: unknown): boolean {
  return errorTypes(error).some((type) => MEMBERSHIP.has(type));
}

/** Whether the answer to a heartbeat says that we are no longer a member: our partitions may be another's. */
export function isExpelled(error: unknown): boolean {
  return isMembershipError(error) && !errorTypes(error).includes('REBALANCE_IN_PROGRESS');
}
