/** Follows the audit results of the whole installation: ecg.audit-results of the past week, then live (docs/audits.md). */
import { EVIDENCE_DAYS } from '../audit/evidence.js';
import { readPastAndLive, type InputRecord, type KafkaConnection, type Logger } from '../kafka/index.js';
import { decode, type AuditResult } from '../wire/index.js';
import { neededPast, type Audited } from './needed-past.js';

const REFRESH_MS = 5_000;
const DAY_MS = 86_400_000;
/** Longer than the rates look back, which is a day and the five-minute bucket being filled. */
const RATES_MS = DAY_MS + 3_600_000;
/** Longest time to read a week of results, wall milliseconds: if every record of 200 beds is audited, there are 4 million. */
const REPLAY_LIMIT_MS = 1_800_000;

export interface FollowAuditResultsOptions<T extends Audited> {
  readonly connection: KafkaConnection;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Returns what is kept of a complete record. */
  readonly read: (result: AuditResult) => T;
  /** Takes what rates and evidence need of the past week, in the order of time, then each record as it comes. */
  readonly take: (one: T) => void;
  /** Called once the past week is taken, and every 5 s from then on. */
  readonly refresh: () => void;
  readonly onFailure: (error: Error) => void;
}

/** Resolves when reading has begun. */
export async function followAuditResults<T extends Audited>(
  options: FollowAuditResultsOptions<T>,
): Promise<{ close(): Promise<void> }> {
  const { connection, logger, read, take, refresh, onFailure } = options;
  const isNeeded = neededPast(Date.now() - RATES_MS);
  let timer: NodeJS.Timeout | undefined;
  const reader = await readPastAndLive<T>({
    connection,
    topic: 'ecg.audit-results',
    from: Date.now() - EVIDENCE_DAYS * DAY_MS,
    limitMs: REPLAY_LIMIT_MS,
    read: (record) => {
      const result = completeResult(record, logger);
      const one = result && read(result);
      return one !== undefined && isNeeded(one) ? one : undefined;
    },
    // Partitions of the past come one after the other: the week is sorted by time before it is bet on.
    onPast: (records) => {
      for (const one of records.sort((a, b) => a.at - b.at)) take(one);
      logger.info({ needed: records.length }, 'audit results of the past week are read');
      refresh();
      timer = setInterval(refresh, REFRESH_MS);
    },
    onRecord: take,
    onFailure,
  });
  return {
    close: () => {
      clearInterval(timer);
      return reader.close();
    },
  };
}

/**
 * Returns undefined if the record is not complete or this version cannot read it. A result that a member with a fast clock
 * stamped in the future counts as evaluated now. Otherwise it would move the windows of all rates ahead, and they would stay
 * empty until then.
 */
function completeResult(
  { value, partition, offset }: InputRecord,
  logger: Pick<Logger, 'error'>,
): AuditResult | undefined {
  try {
    const result = decode('ecg.audit-results', value);
    if (result.outcome !== 'COMPLETE') return undefined;
    const now = Date.now();
    return result.evaluatedAt <= now ? result : { ...result, evaluatedAt: now };
  } catch (error) {
    logger.error(
      { partition, offset, err: error },
      'a record of ecg.audit-results cannot be read: it counts in no rate',
    );
    return undefined;
  }
}
