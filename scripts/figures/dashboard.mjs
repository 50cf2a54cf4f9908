// The block of docs/dashboard.md.
import { digits, percent, result, source } from './material.mjs';

/** Result of `bench dashboard`: what the ward view costs a browser. */
export function frameCost(up) {
  const data = result('dashboard');
  if (data === undefined) return 'The ward view has not been measured yet: `node bench/run.mjs dashboard`.';
  const { beds, minutes, chromium, scriptMsAFrame, framesASecond, heapBytes, heapGrowthBytes } = data;
  const megabytes = (bytes) => digits(bytes / 1e6, 1);
  return [
    `${beds} tiles in Chromium ${chromium}, ${minutes} minutes: **${digits(scriptMsAFrame.mean, 2)} ms of script per frame** on average, ${digits(scriptMsAFrame.p99, 2)} ms at the 99th percentile, ${digits(framesASecond, 0)} frames a second. Memory of the page after garbage collection: ${megabytes(heapBytes[0])} MB after a minute, ${megabytes(heapBytes.at(-1))} MB ${minutes} minutes later (${percent(heapGrowthBytes / heapBytes[0])} more, ${megabytes(heapBytes.at(-1) - heapBytes.at(-4))} MB of it in the last three minutes).`,
    source('dashboard', data, up),
  ].join('\n\n');
}
