#!/usr/bin/env node
/**
 * Runs the checks and tests. Each check counts as one test, and so does a skipped ring.
 * The last line is `N passed, M failed, K skipped`, over everything.
 */
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { inRoot } from './setup/paths.mjs';
import { readJson } from './setup/files.mjs';
import { RINGS } from './test/rings.mjs';
import { runRing } from './test/run-ring.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
const notes = [];
const title = (text) => process.stdout.write(`\n== ${text}\n`);

function add(counts) {
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
}

const env = { ...process.env, PATH: `${inRoot('node_modules', '.bin')}${delimiter}${process.env.PATH}` };
const { scripts } = readJson(inRoot('package.json'));
for (const name of Object.keys(scripts).filter((script) => script.startsWith('check:'))) {
  title(name);
  const { status } = spawnSync(scripts[name], { cwd: inRoot(), env, shell: true, stdio: 'inherit' });
  add(status === 0 ? { passed: 1 } : { failed: 1 });
  if (status !== 0) notes.push(`failed: ${name}`);
}

for (const { name, lacks } of RINGS) {
  title(`${name} tests`);
  const absent = lacks();
  if (absent !== undefined) {
    add({ skipped: 1 });
    notes.push(`skipped ring: ${name}, for want of ${absent}`);
    continue;
  }
  const counts = runRing(name);
  add(counts);
  if (counts.empty) notes.push(`failed: ring ${name} ran no tests`);
  else if (counts.failed > 0) notes.push(`failed: ${counts.failed} in ring ${name}`);
  notes.push(...counts.failures.map((failure) => `  ${failure}`));
  if (counts.skipped > 0) notes.push(`skipped: ${counts.skipped} in ring ${name}`);
}

process.stdout.write(
  `\n${[...notes, `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`].join('\n')}\n`,
);
process.exitCode = total.failed > 0 ? 1 : 0;
