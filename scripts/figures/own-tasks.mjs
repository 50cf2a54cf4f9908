// Blocks of docs/own-tasks.md and of the card of examples/tasks/pvc.
import { readFileSync } from 'node:fs';
import { digits, result, ROOT, table, withInterval } from './material.mjs';

const FILE = 'examples/tasks/certificates.json';

/** The example tasks next to the bounds of the shipped policy, certified on the calibration records of CinC 2017. */
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
    `[${FILE}](${up}${FILE}): the bounds are rhythm ${rhythm}, peaks ${peaks}, PRDN ${reconstruction}%, and for the own task:`,
    table(['own task and its bound', 'tau', 'records above a bound', 'alpha', 'delta', 'payload gain'], rows),
  ].join('\n\n');
}

/** Scores of the ventricular detector on held-out patients. */
export function pvc() {
  const { figures, intervals, parameters, seed, steps, minutes, machine } = result('pvc');
  const rows = Object.entries(figures).map(([name, value]) => [name === 'f1' ? 'F1' : name, withInterval(value, intervals[name], 3)]); // prettier-ignore
  return [
    table(['figure', 'value (95%)'], rows),
    `${parameters.toLocaleString('en')} parameters, seed ${seed}, ${steps.toLocaleString('en')} batches of 128 beats, ${minutes} minutes on ${machine}.`,
  ].join('\n\n');
}
