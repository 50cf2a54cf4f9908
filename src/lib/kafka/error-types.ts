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
