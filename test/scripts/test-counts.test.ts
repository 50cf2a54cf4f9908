import { expect, it } from 'vitest';

interface Report {
  testResults: { status: string; assertionResults: { status: string }[] }[];
}
const { countsOf, failuresOf } = (await import(new URL('../../scripts/test/run-ring.mjs', import.meta.url).href)) as {
  countsOf: (
    report: Report | undefined,
    status: number,
  ) => { passed: number; failed: number; skipped: number; empty?: true };
  failuresOf: (report: unknown) => string[];
};

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

it('counts tests, not files; todo is a skip', () => {
  const report = {
    testResults: [file('passed', 'passed', 'passed', 'skipped'), file('failed', 'failed', 'todo', 'pending')],
  };
  expect(countsOf(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 3 });
});

it('counts a file that could not be loaded as one failure', () => {
  expect(countsOf({ testResults: [file('failed'), file('passed', 'passed')] }, 1)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
  });
});

it('never reports a failed run as clean', () => {
  expect(countsOf({ testResults: [file('passed', 'passed')] }, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

it('takes a ring without a test for failed: it has shown nothing', () => {
  const empty = { passed: 0, failed: 1, skipped: 0, empty: true };
  expect(countsOf({ testResults: [] }, 0)).toEqual(empty);
  expect(countsOf({ testResults: [file('passed')] }, 0)).toEqual(empty);
  // vitest that found no file, or came to no report.
  expect(countsOf({ testResults: [] }, 1)).toEqual(empty);
  expect(countsOf(undefined, 1)).toEqual(empty);
});

it('takes a ring that skips each of its tests as skipped', () => {
  expect(countsOf({ testResults: [file('passed', 'skipped')] }, 0)).toEqual({ passed: 0, failed: 0, skipped: 1 });
});

it('names what failed, in a line each', () => {
  const failed = (fullName: string, failureMessages: string[]) => ({ status: 'failed', fullName, failureMessages });
  const testResults = [
    { name: 'a.test.ts', status: 'failed', message: '', assertionResults: [failed('adds up', ['Error: 2\n  at a.test.ts:3']), { status: 'passed' }, failed('ends', [])] }, // prettier-ignore
    { name: 'b.test.ts', status: 'failed', message: 'no such module\n', assertionResults: [] },
    { name: 'd.test.ts', status: 'failed', message: 'no broker answers', assertionResults: [{ status: 'skipped' }] },
    { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [{ status: 'passed' }] },
  ];
  expect(failuresOf({ testResults })).toEqual([
    'a.test.ts: adds up: Error: 2',
    'a.test.ts: ends: ',
    'b.test.ts: no such module',
    'd.test.ts: no broker answers',
  ]);
  expect(failuresOf(undefined)).toEqual([]);
});
