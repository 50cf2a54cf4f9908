/** Lets pages read, check, preview and set policies. */
import type { Ladder } from '../../lib/codec/ladder.js';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { checkPolicy, parsePolicy, type Policy, type PolicyTable, type PolicyToSet } from '../../lib/policy/index.js';
import type { DashboardMetrics } from '../metrics.js';
import type { Viewer } from '../protocol.js';
import type { Certified } from './certified.js';
import type { Coverage, KnownStream } from './coverage.js';
import type { PoliciesReport, PolicyCheck, PolicyEntry, PolicyPreview, PolicyToPut } from './protocol.js';

export interface Policies {
  report(): PoliciesReport;
  check(text: string): PolicyCheck;
  /** Takes half a minute; runs one at a time, until `stop` is aborted. Throws POLICY_INVALID, PREVIEW_FAILED. */
  preview(text: string, stop: AbortSignal): Promise<PolicyPreview>;
  /** Sets a policy; returns its new version. Throws POLICY_INVALID with every mistake, POLICY_CONFLICT, COMMAND_FAILED. */
  put(change: PolicyToPut, viewer: Viewer): Promise<PolicyEntry>;
}

export interface PoliciesOptions {
  readonly table: Pick<PolicyTable, 'log' | 'catchUp'>;
  readonly ladder: Pick<Ladder, 'rungs'>;
  readonly certified: Certified;
  readonly coverage: Coverage;
  readonly metrics: Pick<DashboardMetrics, 'dashboardPolicies'>;
  /** Writes to ecg.policy. Throws POLICY_CONFLICT. */
  readonly set: (change: PolicyToSet) => Promise<PolicyEntry>;
  readonly tryOut: (
    streams: readonly KnownStream[],
    policy: Policy,
    stop: AbortSignal,
  ) => Promise<Omit<PolicyPreview, 'standing'>>;
}

const NAME = 'the text';

export function createPolicies(options: PoliciesOptions): Policies {
  const { table, certified, coverage, metrics, set, tryOut } = options;
  const rules = { rungs: options.ladder.rungs.map(({ name }) => name) };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    report: () => reportOf(table, coverage, certified),
    check: (text) => {
      const checked = checkPolicy(text, rules);
      if (!('policy' in checked)) return { mistakes: checked.mistakes, standing: null, streams: 0 };
      const streams = coverage.of(checked.scope, table.log).length;
      return { mistakes: [], standing: certified.standing(checked.policy), streams };
    },
    preview: async (text, stop) => {
      const { scope, policy } = parsePolicy(text, NAME, rules);
      try {
        const found = await inTurn(() => {
          stop.throwIfAborted();
          return tryOut(coverage.of(scope, table.log), policy, stop);
        });
        return { ...found, standing: certified.standing(policy) };
      } catch (error) {
        throw new DynamicDeepError('PREVIEW_FAILED', `nothing was tried out: ${messageOf(error)}`, { cause: error });
      }
    },
    put: async ({ text, expected }, { id: author }) => {
      try {
        const { scope, policy } = parsePolicy(text, NAME, rules);
        const entry = entryOf(await set({ scope, policy, author, expected }));
        await table.catchUp();
        metrics.dashboardPolicies.inc({ outcome: 'written' });
        return entry;
      } catch (error) {
        const isRefused =
          error instanceof DynamicDeepError && (error.code === 'POLICY_INVALID' || error.code === 'POLICY_CONFLICT');
        metrics.dashboardPolicies.inc({ outcome: isRefused ? 'refused' : 'failed' });
        if (isRefused) throw error;
        const text = `nobody has confirmed the policy; look at the history before you try again (${messageOf(error)})`;
        throw new DynamicDeepError('COMMAND_FAILED', text, { cause: error });
      }
    },
  };
}

function reportOf({ log }: Pick<PolicyTable, 'log'>, coverage: Coverage, { gains }: Certified): PoliciesReport {
  return {
    newest: log.newest,
    inForce: log.inForce().map(({ version, scope }) => ({ version, streams: coverage.of(scope, log).length })),
    uncovered: coverage.uncovered(log),
    history: log.history().map(entryOf).reverse(),
    certified: gains,
  };
}

function entryOf({ version, scope, author, at, policy }: PolicyEntry): PolicyEntry {
  return { version, scope, author, at, policy };
}
