#!/usr/bin/env node
// Writes the figures between `<!-- figures:NAME -->` and `<!-- /figures -->` from committed results and manifests.
// `--check` compares instead, and fails if a document differs.
import { readFileSync, writeFileSync } from 'node:fs';
import * as alarms from './figures/alarms.mjs';
import * as audits from './figures/audits.mjs';
import * as capacity from './figures/capacity.mjs';
import * as cards from './figures/cards.mjs';
import * as costs from './figures/choosing.mjs';
import * as dashboard from './figures/dashboard.mjs';
import * as frontier from './figures/frontier.mjs';
import * as framing from './figures/framing.mjs';
import * as compression from './figures/compression.mjs';
import * as kubernetes from './figures/kubernetes.mjs';
import { ROOT } from './figures/material.mjs';
import * as ownTasks from './figures/own-tasks.mjs';
import * as overview from './figures/overview.mjs';
import * as readability from './figures/readability.mjs';
import * as paper from './figures/paper.mjs';

const DOCUMENTS = [
  'README.md',
  'models/README.md',
  'models/rhythm/README.md',
  'models/peaks/README.md',
  'models/codec/README.md',
  'models/codec/dense/README.md',
  'models/paper/README.md',
  'models/cae/README.md',
  'docs/decisions/2026-11-25-framing.md',
  'docs/decisions/2026-11-28-frontier.md',
  'docs/decisions/2026-11-28-paper-codec.md',
  'docs/decisions/2026-11-28-readability.md',
  'docs/alarms.md',
  'docs/audits.md',
  'docs/choosing.md',
  'docs/compression-evaluation.md',
  'docs/dashboard.md',
  'docs/operations.md',
  'docs/own-tasks.md',
  'examples/tasks/pvc/README.md',
];
const BLOCKS = {
  ...alarms,
  ...audits,
  ...capacity,
  ...cards,
  ...compression,
  ...costs,
  ...dashboard,
  ...framing,
  ...frontier,
  ...kubernetes,
  ...overview,
  ...ownTasks,
  ...paper,
  ...readability,
};

/** Fills in a document's blocks; `up` is the path from it to the root. Throws if a block's name is unknown. */
function filled(text, up) {
  return text.replace(/<!-- figures:(\w+) -->[\s\S]*?<!-- \/figures -->/g, (_, name) => {
    const block = BLOCKS[name];
    if (block === undefined) throw new Error(`no figures named '${name}'`);
    return `<!-- figures:${name} -->\n\n${block(up)}\n\n<!-- /figures -->`;
  });
}

const stale = DOCUMENTS.filter((path) => {
  const url = new URL(path, ROOT);
  const before = readFileSync(url, 'utf8');
  const after = filled(before, '../'.repeat(path.split('/').length - 1));
  if (!process.argv.includes('--check') && after !== before) writeFileSync(url, after);
  return after !== before;
});
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`figures differ in ${stale.join(', ')}: run node scripts/figures.mjs`);
  process.exitCode = 1;
}
