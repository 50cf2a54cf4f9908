/** How far long work is, on stderr: a bar on a terminal, a line every few seconds elsewhere. Wall time. */
import { SingleBar } from 'cli-progress';

const LINE_MS = 5_000;

export interface Progress {
  /** @param done of the total */
  readonly update: (done: number) => void;
  /** To be called whatever happens: a bar that goes on keeps the process alive. */
  readonly stop: () => void;
}

/** @param unit what is counted, such as 's of signal' */
export function showProgress(stderr: NodeJS.WritableStream, what: string, total: number, unit: string): Progress {
  if ('isTTY' in stderr && stderr.isTTY) {
    const format = `${what} {bar} {value}/{total} ${unit}  {eta_formatted} left`;
    const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true });
    bar.start(Math.round(total), 0);
    return {
      update: (done) => {
        bar.update(Math.round(done));
      },
      stop: () => {
        bar.stop();
      },
    };
  }
  const started = Date.now();
  let shown = started;
  return {
    update: (done) => {
      const now = Date.now();
      if (now - shown < LINE_MS) return;
      shown = now;
      const left = ((now - started) / done) * (total - done);
      const rest = done > 0 ? `, ${Math.ceil(left / 1000)} s left` : '';
      stderr.write(`${what}: ${Math.round(done)}/${Math.round(total)} ${unit}${rest}\n`);
    },
    stop: () => undefined,
  };
}
