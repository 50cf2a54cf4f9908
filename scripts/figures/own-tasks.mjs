// The block of docs/own-tasks.md.
import { readFileSync } from 'node:fs';
import { digits, ROOT, table } from './material.mjs';

const FILE = 'examples/tasks/certificates.json';

/** The examples beside the bounds of the policy that ships, certified on the calibration records of CinC 2017. */
export function ownTasks(up) {
  const { policies } = JSON.parse(readFileSync(new URL(FILE, ROOT), 'utf8'));
  const rows = policies.map(({ bounds, tau, k, n, alpha, delta, payloadGainTotal }) => [
    Object.entries(bounds.tasks).map(([name, bound]) => `\`${name}\` ${bound}`).join(', '), // prettier-ignore
    tau === null ? 'none' : String(tau),
    `${k} of ${n}`,
    String(alpha),
    String(delta),
    payloadGainTotal === null ? 'none' : digits(payloadGainTotal, 1),
  ]);
  const { rhythm, peaks, reconstruction } = policies[0].bounds;
  return [
    `[${FILE}](${up}${FILE}): rhythm ${rhythm}, peaks ${peaks}, PRDN ${reconstruction}%, and`,
    table(['the bound of', 'tau', 'above a bound', 'alpha', 'delta', 'payload gain'], rows),
  ].join('\n\n');
}
