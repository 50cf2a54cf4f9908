import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { inRoot } from '../setup/paths.mjs';
import { readJson } from '../setup/files.mjs';

/** Counts of one ring: { passed, failed, skipped }, and `empty` where it ran no test. People read vitest's own report meanwhile. */
export function runRing(name) {
  const report = inRoot('.cache', 'tests', `${name}.json`);
  rmSync(report, { force: true });
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [vitest, 'run', '--project', name, ...reporters];
  const { status } = spawnSync(process.execPath, args, { cwd: inRoot(), stdio: 'inherit' });
  return countsOf(readJson(report), status);
}

/**
 * A file that cannot be loaded, or an error outside of any test, fails the run without failing a test: it counts as one. So does a
 * ring without a single test, which has shown nothing.
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
