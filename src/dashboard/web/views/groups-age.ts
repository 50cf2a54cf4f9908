/** How old is what the broker said of groups and their lag. */
import type { SystemReport } from '../../protocol.js';
import { TEXT } from '../text.js';

/** The server asks every five seconds, and says so every three. Wall ms. */
const OLD_MS = 20_000;

/** `now`: wall ms by the server's clock. */
export function groupsAge({ groupsAt }: Pick<SystemReport, 'groupsAt'>, now: number): string {
  if (groupsAt === null) return TEXT.system.neverAnswered;
  const age = Math.max(0, now - groupsAt);
  return (age > OLD_MS ? TEXT.system.unanswered : TEXT.system.asked)(Math.round(age / 1000));
}
