/** TensorFlow's threads are started once a process: each limit has one of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const tfUrl = new URL('../../../dist/lib/model/tf.js', import.meta.url).href;

/** A machine of eight CPUs, and a container on it with the quota of `argv[1]`, as version 2 of cgroups says it. */
const child = `
  import fs, { readdirSync } from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  import os from 'node:os';
  const [quota] = process.argv.slice(1);
  const read = fs.readFileSync;
  fs.readFileSync = (path, ...rest) => (path === '/sys/fs/cgroup/cpu.max' ? quota : read(path, ...rest));
  os.availableParallelism = () => 8;
  syncBuiltinESMExports();
  const { default: tf } = await import('${tfUrl}');
  tf.conv1d(tf.ones([1, 512, 4]), tf.ones([5, 4, 4]), 1, 'same').dataSync();
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').length : null;
  console.log(JSON.stringify({ told: process.env.TF_NUM_INTRAOP_THREADS, threads }));
`;

async function threadsUnder(quota: string): Promise<{ told: string; threads: number | null }> {
  const env = { ...process.env };
  delete env['TF_NUM_INTRAOP_THREADS'];
  const options = ['--input-type=module', '--eval', child, quota];
  const { stdout } = await promisify(execFile)(process.execPath, options, { env });
  return JSON.parse(stdout) as { told: string; threads: number | null };
}

it("TensorFlow has as many threads as the container's CPU limit allows", async () => {
  const [part, five, all] = [
    await threadsUnder('50000 100000\n'),
    await threadsUnder('450000 100000\n'),
    await threadsUnder('max 100000\n'),
  ];
  expect([part, five, all].map(({ told }) => told)).toEqual(['1', '5', '8']);
  if (process.platform !== 'linux') return;
  expect([five, all].map(({ threads }) => threads! - part.threads!)).toEqual([4, 7]);
}, 120_000);
