/** What a policy demands of the choice of rungs, and which of these demands a codec cannot meet. */
import type { Certificate } from '../certification/certificate.js';
import { boundsOfPolicy } from '../certification/policy.js';
import type { ChoiceLimits } from '../codec/choose.js';
import type { Ladder } from '../codec/ladder.js';
import type { Policy } from './policy.js';

/**
 * Returns the limits with the bounds of the certificate that supports the policy, as it was calibrated. Null without one: what
 * cannot be promised is sent losslessly.
 */
export function limitsOf(policy: Policy, ladder: Ladder, certificate: Certificate | undefined): ChoiceLimits | null {
  if (certificate === undefined) return null;
  const { rungs } = policy;
  const allowed = ladder.rungs.filter(({ name }) => rungs?.includes(name)).map(({ index }) => index);
  return {
    bounds: boundsOfPolicy(certificate),
    tau: certificate.tau,
    rungs: rungs === null ? undefined : new Set(allowed),
  };
}

/** Returns why a policy cannot be kept as it stands; empty if it can. */
export function shortfallsOf({ rungs }: Policy, ladder: Ladder): string[] {
  const unknown = (rungs ?? []).filter((name) => ladder.rungs.every((rung) => rung.name !== name));
  return unknown.map((name) => `the codec has no rung ${name}`);
}
