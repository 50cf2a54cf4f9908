import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { inRoot } from '../setup/paths.mjs';
import { readJson } from '../setup/files.mjs';

/**
 * Runs one ring and returns its counts: { passed, failed, skipped }, `empty` if it ran no test, and `failures` by name.
 * Meanwhile vitest prints its own report.
 */
export function runRing(name) {
  const report = inRoot('.cache', 'tests', `${name}.json`);
  rmSync(report, { force: true });
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [vitest, 'run', '--project', name, ...reporters];
  const { status } = spawnSync(process.execPath, args, { cwd: inRoot(), stdio: 'inherit' });
  const told = readJson(report);
  return { ...countsOf(told, status), failures: failuresOf(told) };
}

/** One line for each test that failed and each file that could not be loaded: a long log may be cut to its end. */
export function failuresOf(report) {
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length > 0)
      return failed.map((test) => `${name}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
    return status === 'failed' ? [`${name}: ${firstLine(message)}`] : [];
  });
}

const firstLine = (text = '') => text.split('\n', 1)[0];

/**
 * A file that cannot be loaded, or an error outside of any test, fails the run without failing a test: it counts as one
 * failure. So does a ring without a single test, since it has shown nothing.
 */
export function countsOf(report, status) {
  const tests = (report?.testResults ?? []).flatMap((file) => file.assertionResults);
  const unloaded = (report?.testResults ?? []).filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const passed = tests.filter((test) => test.status === 'passed').length;
  const failed = tests.filter((test) => test.status === 'failed').length + unloaded.length;
  if (tests.length + unloaded.length === 0) return { passed: 0, failed: 1, skipped: 0, empty: true };
  return {
    passed,
    failed: status !== 0 && failed === 0 ? 1 : failed,
    skipped: tests.length - passed - (failed - unloaded.length),
  };
}
