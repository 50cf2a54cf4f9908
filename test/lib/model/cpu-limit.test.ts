import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { cpuLimit } from '../../../src/lib/model/cpu-limit.js';
import { temporaryFolder } from './tiny.js';

const machine = availableParallelism();
const version2 = (text: string) => ({ 'cpu.max': text });
const version1 = (quota: string) => ({ 'cpu/cpu.cfs_quota_us': quota, 'cpu/cpu.cfs_period_us': '100000\n' });

it.each([
  ['no container', {}, machine],
  ['no quota', version2('max 100000\n'), machine],
  ['one CPU', version2('100000 100000\n'), 1],
  ['a part of a CPU', version2('50000 100000\n'), 1],
  ['more than the machine has', version2(`${(machine + 1) * 100_000} 100000\n`), machine],
  ['one CPU, by version 1', version1('100000\n'), 1],
  ['no quota, by version 1', version1('-1\n'), machine],
  ['nonsense', version2('\n'), machine],
])('the CPU limit with %s', async (_, files, expected) => {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  expect(cpuLimit(folder)).toBe(expected);
});
