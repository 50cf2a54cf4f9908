#!/usr/bin/env node
// `npm run test:k8s`: runs the ring k8s, and reports in a few lines what was accepted and what was refused.
// `npm run test:k8s -- --write` also writes bench/results/k8s-check.json, if everything passed.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { readJson } from '../setup/files.mjs';
import { inRoot } from '../setup/paths.mjs';
import { runRing } from '../test/run-ring.mjs';

const RESULT = 'bench/results/k8s-check.json';
const FAULTS = 'a planted fault is refused';

/** Collects { versions, overlays: { name: objects }, faults, services } from the tests that passed. */
function seen(report) {
  const passed = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed');
  const metas = passed.map(({ meta }) => meta ?? {});
  return {
    versions: metas.find(({ versions }) => versions)?.versions ?? {},
    overlays: Object.fromEntries(metas.flatMap(({ overlay }) => (overlay ? [[overlay.name, overlay.objects]] : []))),
    faults: passed.filter(({ ancestorTitles }) => ancestorTitles.includes(FAULTS)).map(({ title }) => title),
    services: passed
      .filter(({ title }) => title.startsWith('is ready as process 1'))
      .map(({ ancestorTitles }) => ancestorTitles.at(-1)),
  };
}

const tests = runRing('k8s');
const report = readJson(inRoot('.cache', 'tests', 'k8s.json'));
const { versions, overlays, faults, services } = seen(report ?? { testResults: [] });
const listed = (entries, word) => entries.map(([name, value]) => `${name} ${value}${word}`).join(', ') || 'none';
console.log(`
judged by:                        ${listed(Object.entries(versions), '')}
overlays accepted, every object:  ${listed(Object.entries(overlays), ' objects')}
planted faults refused:           ${faults.length}
started from the image's folder:  ${services.join(', ') || 'none'}
${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`);
if (tests.failed > 0) process.exitCode = 1;
else if (process.argv.includes('--write')) {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: inRoot(), encoding: 'utf8' }).trim();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  const date = new Date().toISOString().slice(0, 10);
  const result = { machine, commit, date, versions, overlays, faults, services, tests };
  writeFileSync(inRoot(RESULT), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`${RESULT} written`);
}
