import { DynamicDeepError } from '../errors/index.js';

/** Expected failure; the message says what to do. */
const EXIT_FAILED = 1;
/** The command line or the environment is wrong. */
const EXIT_CONFIG = 2;
/** A fault of the program (EX_SOFTWARE of sysexits). */
const EXIT_FAULT = 70;

/** Returns one error with all mistakes, a line for each if there are several. */
export function configInvalid(mistakes: readonly string[]): DynamicDeepError {
  const [only = 'nothing'] = mistakes;
  const message =
    mistakes.length === 1 ? only : `${mistakes.length} mistakes\n${mistakes.map((line) => `  ${line}`).join('\n')}`;
  return new DynamicDeepError('CONFIG_INVALID', message);
}

/**
 * Writes what went wrong to `stderr` and returns the exit code: 1 for an expected failure, 2 for a mistake in configuration or
 * policy, 70 with a stack for a fault of the program.
 */
export function reportFailure(thrown: unknown, stderr: NodeJS.WritableStream): number {
  if (thrown instanceof DynamicDeepError) {
    stderr.write(`error ${thrown.code}: ${thrown.message}\nhelp: ${thrown.help}\n`);
    return thrown.code === 'CONFIG_INVALID' || thrown.code === 'POLICY_INVALID' ? EXIT_CONFIG : EXIT_FAILED;
  }
  stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
  return EXIT_FAULT;
}
