// The block of docs/decisions/2026-11-28-frontier.md: every way to code a record that was tried.
import { existsSync, readFileSync } from 'node:fs';
import { digits, percent, ROOT, table, warningOf } from './material.mjs';

const PATH = 'models/codec/frontier.json';
const KINDS = { shipped: 'shipped', paper: 'paper', baseline: 'baseline', tried: 'rejected' };

const said = (value, write) => (value === null ? '–' : write(value));

export function frontier(up) {
  if (!existsSync(new URL(PATH, ROOT))) return 'It has not been measured yet.';
  const { machine, commit, records, models, points, beatenInBothTasks } = JSON.parse(readFileSync(new URL(PATH, ROOT), 'utf8')); // prettier-ignore
  const rows = [...points]
    .sort((a, b) => a.payloadGainTotal - b.payloadGainTotal)
    .map((point) => [
      point.source === 'sketch' ? `${point.name} (other records)` : `\`${point.name}\``,
      KINDS[point.kind],
      digits(point.payloadGainTotal, 1),
      said(point.prdnMedian, (v) => digits(v, 1)),
      said(point.rhythmMean, (v) => digits(v, 4)),
      said(point.above01, percent),
      said(point.peaksMean, (v) => digits(v, 4)),
      said(point.stepsChanged, percent),
    ]);
  const beaten = Object.entries(beatenInBothTasks).map(([name, by]) => `\`${name}\` by ${by.map((own) => `\`${own}\``).join(', ')}`); // prettier-ignore
  return [
    ...warningOf({ codec: models.codec, rhythm: models.rhythm, peaks: models.rpnet }),
    table(
      ['way, used for whole records', 'status', 'payload gain', 'median PRDN, %', 'rhythm, nats', 'records above 0.1', 'peaks', 'steps changed'], // prettier-ignore
      rows,
    ),
    `Means over ${records} validation records; gains are totals. Shipped rungs that another way beats in bytes and in the mean errors of both tasks: ${beaten.join('; ') || 'none'}.`,
    `_[${PATH}](${up}${PATH}): ${machine.cores} cores of ${machine.cpu}, Node ${machine.node.slice(1)}, commit ${commit.slice(0, 7)}._`,
  ].join('\n\n');
}
