#!/usr/bin/env node
/**
 * Trains the shipped models again, running every training in order. After an interruption the same command resumes: finished
 * stages are skipped, and the unfinished one resumes from its checkpoint. `--list` prints the commands and runs none.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inRoot } from './setup/paths.mjs';
import { stagesOf } from './train/stages.mjs';

const USAGE = 'node scripts/train.mjs --cinc DIR --mitdb DIR --nstdb DIR --work DIR [--list]';
const FOLDERS = ['cinc', 'mitdb', 'nstdb', 'work'];

function fail(message, code = 1) {
  console.error(`train: ${message}`);
  process.exit(code);
}

function given() {
  try {
    const options = { list: { type: 'boolean', default: false } };
    for (const name of FOLDERS) options[name] = { type: 'string' };
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(`${error.message}\n${USAGE}`, 2);
  }
}

const values = given();
const absent = FOLDERS.filter((name) => !values[name]);
if (absent.length > 0) fail(`missing: ${absent.map((name) => `--${name}`).join(', ')}\n${USAGE}`, 2);
const stages = stagesOf(values);
const textOf = ({ args }) => `npx dynamic-deep ${args.map((arg) => (/\s/.test(arg) ? `'${arg}'` : arg)).join(' ')}`;
if (values.list) {
  process.stdout.write(stages.map((stage) => `${textOf(stage)}\n`).join(''));
  process.exit(0);
}

const missing = ['cinc', 'mitdb', 'nstdb'].filter((name) => !existsSync(values[name]));
if (missing.length > 0) fail(`no such folder: ${missing.map((name) => `--${name} ${values[name]}`).join(', ')}`);
if (!existsSync(inRoot('dist', 'cli.js'))) fail('the program is not built: npm run setup');
const done = resolve(values.work, 'done');
mkdirSync(done, { recursive: true });

for (const [i, stage] of stages.entries()) {
  const [title, mark] = [`${i + 1} of ${stages.length}, ${stage.name}`, join(done, stage.name)];
  const command = textOf(stage);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === command) {
    console.error(`== ${title}: done before`);
    continue;
  }
  console.error(`== ${title}: ${command}`);
  const program = inRoot('bin', 'dynamic-deep.js');
  const { status, signal, error } = spawnSync(process.execPath, [program, ...stage.args], {
    cwd: inRoot(),
    stdio: 'inherit',
  });
  if (status !== 0) {
    const why = error?.message ?? (signal === null ? `exit code ${status}` : `signal ${signal}`);
    fail(`stage ${title} failed (${why}). The same command goes on with it`);
  }
  writeFileSync(mark, command);
}
console.error(
  '== all trained. node scripts/figures.mjs writes the documents; dynamic-deep calibrate certifies the new models',
);
