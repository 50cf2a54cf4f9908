#!/usr/bin/env node
/** Writes THIRD-PARTY.md from package-lock.json and node_modules; --check compares instead. */
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from './setup/paths.mjs';
import { readJson } from './setup/files.mjs';

const FILE = inRoot('THIRD-PARTY.md');

function licenceOf(path, locked) {
  const { license, licenses } = readJson(inRoot(path, 'package.json')) ?? {};
  const name = (entry) => (typeof entry === 'string' ? entry : entry?.type);
  // The lock file knows packages that this platform does not install; old packages list their licences in an array.
  return name(locked.license) ?? name(license) ?? (licenses?.map(name).join(' OR ') || 'not stated');
}

function rows() {
  const { packages } = readJson(inRoot('package-lock.json'));
  const production = Object.entries(packages).filter(([path, { dev, link }]) => path !== '' && !dev && !link);
  const lines = production.map(([path, locked]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return `| ${name} | ${locked.version} | ${licenceOf(path, locked)} |`;
  });
  // Sorted by code point: the same order under every locale. A package in several places is listed once.
  return [...new Set(lines)].sort();
}

function page() {
  const kafka = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)/.exec(
    readFileSync(inRoot('scripts', 'kafka', 'pom.xml'), 'utf8'),
  )[1];
  const tensorflow = /==([\d.]+)/.exec(readFileSync(inRoot('scripts', 'setup', 'tensorflow-wheel.txt'), 'utf8'))[1];
  return `# Third-party software

Written by \`node scripts/third-party.mjs\`; a test compares it.

Fetched by the set-up, not part of the packages below: Apache Kafka ${kafka} (Apache-2.0) with its dependencies, for local brokers;
the TensorFlow C library (Apache-2.0), prebuilt for tfjs-node or of the ${tensorflow} wheel.

| package | version | licence |
|---|---|---|
${rows().join('\n')}
`;
}

if (process.argv.includes('--check')) {
  let found = '';
  try {
    found = readFileSync(FILE, 'utf8');
  } catch {
    // Missing: treated as outdated.
  }
  if (found !== page()) {
    process.stderr.write('THIRD-PARTY.md is not what package-lock.json says: run node scripts/third-party.mjs\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, page());
}
