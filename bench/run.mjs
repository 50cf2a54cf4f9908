// `node bench/run.mjs NAME [ARGUMENT...]` compiles bench/NAME.ts with what it imports to .cache/bench and runs it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [name = '', ...args] = process.argv.slice(2);
const root = new URL('../', import.meta.url);
if (!/^[\w-]+$/.test(name) || !existsSync(new URL(`bench/${name}.ts`, root))) {
  console.error('usage: node bench/run.mjs NAME [ARGUMENT...], where bench/NAME.ts exists');
  process.exit(2);
}
const out = new URL('.cache/bench/', root);
mkdirSync(out, { recursive: true });
// src/lib looks for the schemas beside its own folder.
cpSync(new URL('schemas/', root), new URL('schemas/', out), { recursive: true });
writeFileSync(
  new URL('tsconfig.json', out),
  JSON.stringify({
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: '../..', outDir: '.', typeRoots: ['../../node_modules/@types'] },
    files: [`../../bench/${name}.ts`],
    include: [],
  }),
);
const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
const built = spawnSync(process.execPath, [tsc, '-p', fileURLToPath(new URL('tsconfig.json', out))], {
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(built.status ?? 1);
const run = spawnSync(process.execPath, [fileURLToPath(new URL(`bench/${name}.js`, out)), ...args], {
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
