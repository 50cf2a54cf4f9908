/** Age of the broker's answer about groups and their lag. */
import type { SystemReport } from '../../protocol.js';
import { TEXT } from '../text.js';

/** Age from which the answer counts as old, wall ms: the server asks every five seconds and reports every three. */
const OLD_MS = 20_000;

/** Returns the age in words. `now`: wall ms by the server's clock. */
export function groupsAge({ groupsAt }: Pick<SystemReport, 'groupsAt'>, now: number): string {
  if (groupsAt === null) return TEXT.system.neverAnswered;
  const age = Math.max(0, now - groupsAt);
  return (age > OLD_MS ? TEXT.system.unanswered : TEXT.system.asked)(Math.round(age / 1000));
}
