/** Progress lines on stderr, with the time left at the speed so far (wall time). */
const LINE_MS = 5_000;

/** @param from number of records done before the start */
export function trackProgress(total: number, name = 'evaluate compression', from = 0): (done: number) => void {
  const started = Date.now();
  let shown = started;
  return (done) => {
    const now = Date.now();
    if (now - shown < LINE_MS && done < total) return;
    shown = now;
    const left = ((now - started) / Math.max(1, done - from)) * (total - done);
    const rest = done < total ? `, ${Math.ceil(left / 60_000)} min left` : '';
    process.stderr.write(`${name}: ${done}/${total} records${rest}\n`);
  };
}
