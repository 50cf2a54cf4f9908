/** Shows the progress of long work on stderr: a bar on a terminal, a line every few seconds elsewhere. Wall time. */
import { SingleBar } from 'cli-progress';

const LINE_MS = 5_000;

export interface Progress {
  /** @param done amount of the total that is done */
  readonly update: (done: number) => void;
  /** Must be called in every case, errors included: a running bar keeps the process alive. */
  readonly stop: () => void;
}

/** @param unit unit of `total`, such as 's of signal' */
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
