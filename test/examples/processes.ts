import { execFile } from 'node:child_process';

export interface Ended {
  /** null after a signal: the time limit's too. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; it is killed after `limitMs` of wall time. */
export function runToEnd(command: string, args: readonly string[], limitMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { timeout: limitMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      // Not started at all: a code in words, such as ENOENT.
      if (error !== null && typeof error.code === 'string') reject(new Error(error.message, { cause: error }));
      else resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
