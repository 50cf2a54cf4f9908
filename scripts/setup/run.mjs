import { spawn } from 'node:child_process';
import { clearInterval, setInterval } from 'node:timers';
import { SetupError, ticker } from './report.mjs';

const KEPT = 20_000; // characters of output that an error message can use

/**
 * Runs a command quietly and shows progress instead of its output.
 * `giveUp(elapsedMs)` is asked every second; if it returns a reason, the command and all that it started are killed.
 */
export async function run(command, args, { label, cwd, env, status, giveUp } = {}) {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const keep = (chunk) => (output = (output + chunk).slice(-KEPT));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);

  let reason;
  const killGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Already gone.
    }
  };
  // The command has a process group of its own, which Ctrl-C at the terminal does not reach.
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    killGroup('SIGKILL');
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const watch = setInterval(() => {
    reason ??= giveUp?.(performance.now() - started);
    if (reason) killGroup('SIGKILL');
  }, 1000);
  const endTicker = ticker(label ?? command, status);

  try {
    const code = await new Promise((resolve) => {
      child.on('error', (error) => {
        reason = error.message;
        resolve(-1);
      });
      child.on('close', resolve);
    });
    if (interrupted) throw new SetupError('interrupted');
    return { ok: code === 0 && !reason, reason: reason ?? lastWords(output) ?? `exit code ${code}`, output };
  } finally {
    clearInterval(watch);
    endTicker();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** The line of a failed command's output that most likely says why. */
export function lastWords(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /^(?:npm error|\[?ERROR|error|Error)\b/i.test(line)) ?? lines.at(-1);
}
