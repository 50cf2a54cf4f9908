/** docs/alarms.md says what the code says: kinds, limits, budget, reasons. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALARM_KINDS, ALARMS, latches, SUPERSEDES } from '../../../src/lib/tasks/alarms/kinds.js';
import { ADULT_LIMITS, alarmLimitsSchema } from '../../../src/lib/tasks/alarms/limits.js';
import { PATIENCE_MS } from '../../../src/edge-producer/live/server.js';
import { chainSeconds, CHAIN_BUDGET } from '../../../src/training/evaluation/alarms/budget.js';

const page = readFileSync(new URL('../../../docs/alarms.md', import.meta.url), 'utf8');

/** Cells of the table whose head begins so, row by row. */
function table(head: string): string[][] {
  const lines = page.split('\n');
  const first = lines.findIndex((line) => line.replace(/ +/g, ' ').startsWith(head));
  expect(first, head).toBeGreaterThan(0);
  const rows = lines.slice(first + 2);
  const cells = (row: string): string[] => row.split('|').slice(1, -1).map((cell) => cell.trim()); // prettier-ignore
  return rows
    .slice(
      0,
      rows.findIndex((row) => !row.startsWith('|')),
    )
    .map(cells);
}

describe('docs/alarms.md', () => {
  it('has every kind as it is: priority, category, delays, latching, superseding', () => {
    const expected = ALARM_KINDS.map((kind) => {
      const { priority, category } = ALARMS[kind];
      const { onSeconds, offSeconds } = ADULT_LIMITS.delays[kind];
      const superseded = SUPERSEDES[kind] ?? [];
      return [`\`${kind}\``, priority, category, String(onSeconds), String(offSeconds), latches(kind) ? 'yes' : 'no', superseded.join(', ')]; // prettier-ignore
    });
    expect(table('| kind | priority')).toEqual(expected);
  });

  it('says of every kind what raises and what ends it', () => {
    const rows = table('| kind | on |');
    expect(rows.map(([kind]) => kind)).toEqual(ALARM_KINDS.map((kind) => `\`${kind}\``));
    expect(rows.flat().filter((cell) => cell === '')).toEqual([]);
  });

  it('has the adult limits', () => {
    const [, json = ''] = /```json\n([^`]*)```/.exec(page) ?? [];
    const limits = Object.entries(ADULT_LIMITS).filter(([name]) => name !== 'delays');
    expect(JSON.parse(json)).toEqual(Object.fromEntries(limits));
    expect(alarmLimitsSchema.parse(JSON.parse(json))).toEqual(ADULT_LIMITS);
  });

  it('has the budget of the chain, and adds it up', () => {
    const { secondOpinion, edgeEncode, linger, lingerUrgent, brokerAndDecode, tasks, publish } = CHAIN_BUDGET;
    const both = [edgeEncode, brokerAndDecode, tasks, publish];
    const rows = table('| stage | early-closed piece').map(([, urgent, whole]) => [Number(urgent), Number(whole)]);
    const [encode, decode, task, transaction] = both.map((seconds) => [seconds, seconds]);
    const sum = [true, false].map((urgent) => Number(chainSeconds(urgent, true).toFixed(3)));
    expect(secondOpinion).toBe(PATIENCE_MS / 1000);
    expect(rows).toEqual([
      [secondOpinion, secondOpinion],
      encode,
      [lingerUrgent, linger],
      decode,
      task,
      transaction,
      sum,
    ]);
  });

  it('adds up what the edge takes', () => {
    const rows = table('| stage | asystole (s)').map(([, asystole, constant]) => [asystole, constant].map(Number));
    const parts = rows.slice(0, -2);
    [0, 1].forEach((column) => {
      const sum = parts.reduce((total, row) => total + (row[column]! || 0), 0);
      expect(sum).toBeCloseTo(rows.at(-2)![column]!, 6);
      expect(sum).toBeLessThanOrEqual(rows.at(-1)![column]!);
    });
  });
});
