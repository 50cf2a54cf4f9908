/** Policies by bed: holds and follows all of ecg.policy and ecg.streams. */
import type { BoundsToJudge } from '../lib/codec/violated-bounds.js';
import { CompactedTable, reportUnreadable, type KafkaConnection, type Logger } from '../lib/kafka/index.js';
import { openPolicyTable, PolicyLog, type PolicyInForce, type PolicyVersion } from '../lib/policy/index.js';
import { ADULT_LIMITS, type AlarmLimits } from '../lib/tasks/alarms/limits.js';
import type { StreamInfo } from '../lib/wire/index.js';
import type { TasksMetrics } from './metrics.js';

const KINDS = ['stream:', 'ward:', 'default'];

export class BedPolicies {
  readonly #log: Pick<PolicyLog, 'covering' | 'version'>;
  readonly #streams = new Map<string, Pick<StreamInfo, 'device' | 'ward'>>();
  /** Policy in force by device, cached until something changes. */
  readonly #known = new Map<string, PolicyInForce | undefined>();

  constructor(log: Pick<PolicyLog, 'covering' | 'version'>) {
    this.#log = log;
  }

  /** Takes a stream's record from ecg.streams; null if the stream was deleted. */
  declare(stream: string, info: Pick<StreamInfo, 'device' | 'ward'> | null): void {
    if (info === null) this.#streams.delete(stream);
    else this.#streams.set(stream, { device: info.device, ward: info.ward });
    this.forget();
  }

  /** Drops the cache. Call it when a policy has changed. */
  forget(): void {
    this.#known.clear();
  }

  /** Alarm limits of the bed's policy, or the customary adult limits if none covers it. */
  limitsOf(device: string): AlarmLimits {
    return this.#policyOf(device)?.policy.alarms ?? ADULT_LIMITS;
  }

  covers(device: string): boolean {
    return this.#policyOf(device) !== undefined;
  }

  /** Bounds of a policy version; undefined if it holds no policy. */
  boundsOf(version: number): BoundsToJudge | undefined {
    const policy = this.#log.version(version)?.policy;
    if (policy == null) return undefined;
    const { rhythm, peaks, reconstruction, weightedSum, tasks } = policy.bounds;
    return {
      rhythm,
      peaks,
      ...(reconstruction === null ? {} : { reconstruction }),
      ...(weightedSum === null ? {} : { weightedSum: { weights: policy.weights, bound: weightedSum } }),
      ...(tasks === null ? {} : { tasks }),
    };
  }

  /** Share of records that a policy version lets exceed its bounds; undefined if it holds no policy. */
  alphaOf(version: number): number | undefined {
    return this.#log.version(version)?.policy?.alpha;
  }

  /** Prefers a lead's own policy to the ward's, and the ward's to the default; among equals, the newest. */
  #policyOf(device: string): PolicyInForce | undefined {
    if (this.#known.has(device)) return this.#known.get(device);
    const rank = ({ scope }: PolicyInForce): number => KINDS.findIndex((kind) => scope.startsWith(kind));
    const leads = [...this.#streams].filter(([, info]) => info.device === device);
    // A bed whose declaration has not arrived yet has the default policy.
    const asked =
      leads.length === 0 ? [{ stream: '', ward: null }] : leads.map(([stream, { ward }]) => ({ stream, ward }));
    const found = asked.flatMap((lead) => this.#log.covering(lead) ?? []);
    const [first] = found.sort((a, b) => rank(a) - rank(b) || b.version - a.version);
    this.#known.set(device, first);
    return first;
  }
}

export interface FollowedPolicies {
  readonly view: BedPolicies;
  close(): Promise<void>;
}

interface FollowOptions {
  readonly connection: KafkaConnection;
  readonly metrics: TasksMetrics;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

/** Resolves when both topics have been read to their end. Throws CONSUMER_FAILED. */
export async function followPolicies({
  connection,
  metrics,
  logger,
  onFailure,
}: FollowOptions): Promise<FollowedPolicies> {
  const log = new PolicyLog();
  const view = new BedPolicies(log);
  metrics.setPolicyVersion(0);
  const policies = await openPolicyTable({
    connection,
    log,
    onFailure,
    onChange: ({ version, scope, author, policy }: PolicyVersion) => {
      view.forget();
      metrics.setPolicyVersion(version);
      logger.info(
        { version, scope, author, alarms: policy?.alarms ?? null },
        policy === null ? 'policy withdrawn' : 'policy',
      );
    },
    onRefused: (refusal) => {
      metrics.countPolicyRefused(refusal);
      logger.error(refusal, 'a record of ecg.policy is left out: the last valid policy stands');
    },
  });
  if (log.inForce().length === 0)
    logger.warn({ policies: 0 }, 'no policy: alarms go by the customary adult limits until one is set');
  const streams = await CompactedTable.open({
    connection,
    topic: 'ecg.streams',
    onFailure,
    onChange: (stream, info) => {
      view.declare(stream, info);
    },
    onInvalid: reportUnreadable(logger),
  });
  const close = async (): Promise<void> => {
    await streams.close();
    await policies.close();
  };
  try {
    await streams.ready();
  } catch (error) {
    await close();
    throw error;
  }
  return { view, close };
}
