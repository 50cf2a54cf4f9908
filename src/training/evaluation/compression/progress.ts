/** Lines on stderr: how far it is, and how long it will take by the speed so far (wall time). */
const LINE_MS = 5_000;

export function trackProgress(total: number): (done: number) => void {
  const started = Date.now();
  let shown = started;
  return (done) => {
    const now = Date.now();
    if (now - shown < LINE_MS && done < total) return;
    shown = now;
    const left = ((now - started) / done) * (total - done);
    const rest = done < total ? `, ${Math.ceil(left / 60_000)} min left` : '';
    process.stderr.write(`evaluate compression: ${done}/${total} records${rest}\n`);
  };
}
