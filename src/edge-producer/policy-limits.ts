/** What a policy asks of the choice of rungs, and what this edge cannot do of it. */
import type { ChoiceLimits } from '../lib/codec/choose.js';
import type { Ladder } from '../lib/codec/ladder.js';
import type { Policy } from '../lib/policy/index.js';

/**
 * Null where the policy has a bound that this edge does not predict: what cannot be kept is sent losslessly.
 *
 * @param tau share of a bound that a predicted error may reach
 */
export function limitsOf({ bounds, weights, rungs }: Policy, ladder: Ladder, tau: number): ChoiceLimits | null {
  const { rhythm, peaks, reconstruction, weightedSum } = bounds;
  if (reconstruction !== null) return null;
  const sum = weightedSum === null ? {} : { weightedSum: { weights, bound: weightedSum } };
  const allowed = ladder.rungs.filter(({ name }) => rungs?.includes(name)).map(({ index }) => index);
  return { bounds: { rhythm, peaks, ...sum }, tau, rungs: rungs === null ? undefined : new Set(allowed) };
}

/** Why a policy is not kept as it stands; nothing where it is. */
export function shortfallsOf({ bounds, rungs }: Policy, ladder: Ladder): string[] {
  const unknown = (rungs ?? []).filter((name) => ladder.rungs.every((rung) => rung.name !== name));
  return [
    ...(bounds.reconstruction === null ? [] : ['PRDN is not predicted: its streams are sent losslessly']),
    ...unknown.map((name) => `the codec has no rung ${name}`),
  ];
}
