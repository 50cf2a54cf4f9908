/** Results are data: bench/results/NAME.json with the machine and the commit that gave them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';

/** @param path set for a result that the product itself reads from another place */
export function writeResult(name: string, result: object, path = `bench/results/${name}.json`): void {
  const origin = {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...origin, ...result }, null, 2)}\n`);
  console.log(`${path} written`);
}
