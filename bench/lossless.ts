// The lossless rung compared with general-purpose and audio compressors:
// node bench/run.mjs lossless NAME=FOLDER[:only=RECORD,RECORD,...] ...
// Each FOLDER holds WFDB records; the result goes to bench/results/lossless.json. Our windows are coded independently. gzip
// gets windows and whole leads; xz, zstd and flac get each lead as one file, which favours them. Missing tools are skipped.
import { execFileSync, spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { decodeLossless, encodeLossless } from '../src/lib/codec/lossless.js';
import { writeResult } from './result.js';
import { leadWindows, recordsOf, type LeadWindows } from './windows.js';

/** Compressors of a whole file, from stdin to stdout. */
const TOOLS: Record<string, readonly string[]> = {
  xz: ['xz', '-9e', '-c'],
  zstd: ['zstd', '-19', '-q', '-c'],
  flac: 'flac -8 -s -c --no-padding --no-seektable --force-raw-format --endian=little --sign=signed --channels=1 --bps=16 --sample-rate=48000 -'.split(
    ' ',
  ),
};

function bytesOf(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function ours(leads: readonly LeadWindows[]) {
  const windows = leads.flatMap((lead) => lead.windows);
  for (const window of windows.slice(0, 100)) decodeLossless(encodeLossless(window), window.length);
  const started = cpuMilliseconds();
  const payloads = windows.map((window) => encodeLossless(window));
  const between = cpuMilliseconds();
  const decoded = payloads.map((payload, n) => decodeLossless(payload, windows[n]!.length));
  const ended = cpuMilliseconds();
  const exact = decoded.every((samples, n) => bytesOf(samples).equals(bytesOf(windows[n]!)));
  if (!exact) throw new Error('a window did not come back as it was');
  const native = windows.reduce((sum, window) => sum + 2 * window.length, 0);
  return {
    windows: windows.length,
    totalGain: native / payloads.reduce((sum, payload) => sum + payload.length, 0),
    encodeMsPerWindow: (between - started) / windows.length,
    decodeMsPerWindow: (ended - between) / windows.length,
  };
}

function others(leads: readonly LeadWindows[]): Record<string, number> {
  const native = leads.reduce((sum, { samples }) => sum + samples.byteLength, 0);
  const windows = leads.flatMap((lead) => lead.windows);
  const inWindows = windows.reduce((sum, window) => sum + window.byteLength, 0);
  const gains: Record<string, number> = {
    gzipWindow: inWindows / windows.reduce((sum, window) => sum + gzipSync(bytesOf(window), { level: 9 }).length, 0),
    gzipFile: native / leads.reduce((sum, { samples }) => sum + gzipSync(bytesOf(samples), { level: 9 }).length, 0),
  };
  for (const [name, [command, ...args]] of Object.entries(TOOLS)) {
    if (spawnSync(command!, ['--version']).status !== 0) continue;
    const length = ({ samples }: LeadWindows) =>
      execFileSync(command!, args, { maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'ignore'], input: bytesOf(samples) })
        .length;
    gains[`${name}File`] = native / leads.reduce((sum, lead) => sum + length(lead), 0);
  }
  return gains;
}

async function measureSet(argument: string) {
  const [, name, folder, ...rest] = /^([\w-]+)=([^:]+)(?::(.*))?$/.exec(argument) ?? [];
  if (name === undefined || folder === undefined) throw new Error(`${argument} is not NAME=FOLDER[:only=...]`);
  const only = rest[0]?.replace(/^only=/, '').split(',');
  const records = only ?? (await recordsOf(folder));
  const leads = (await Promise.all(records.map((record) => leadWindows(folder, record)))).flat();
  return { name, records, lossless: ours(leads), totalGainOfOthers: others(leads) };
}

const sets = [];
for (const argument of process.argv.slice(2)) sets.push(await measureSet(argument));
writeResult('lossless', { sets });
console.log(
  JSON.stringify(
    sets.map(({ records, ...set }) => ({ ...set, records: records.length })),
    null,
    2,
  ),
);
