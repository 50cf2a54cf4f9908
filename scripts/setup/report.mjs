import { setInterval, clearInterval } from 'node:timers';

/** A failure that a person can fix: printed as one line, without a stack. */
export class SetupError extends Error {}

/** A tool that is not on the machine; `npm test` may continue without it, with the rings that do not need it. */
export class MissingTool extends SetupError {}

export const say = (text) => process.stdout.write(`set-up: ${text}\n`);

export const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Shows that `label` is still running: in place on a terminal, a line every 10 s in a log. Returns a function that ends it. */
export function ticker(label, status) {
  const started = performance.now();
  const terminal = process.stdout.isTTY;
  const timer = setInterval(
    () => {
      const line = `${label}: ${[status?.(), seconds(started)].filter(Boolean).join(', ')}`;
      if (terminal) process.stdout.write(`\r\x1b[2Kset-up: ${line}`);
      else say(line);
    },
    terminal ? 500 : 10_000,
  );
  return () => {
    clearInterval(timer);
    if (terminal) process.stdout.write('\r\x1b[2K');
    return seconds(started);
  };
}
