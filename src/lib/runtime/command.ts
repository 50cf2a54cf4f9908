/** A command of the program is data and one function. `buildProgram` makes the command line from a list of commands. */
import type { Option, OptionSet, OptionsOf } from './options.js';

/** Context that a command runs in. Nothing in it is global, so that tests can run a command in-process. */
export interface CommandContext {
  /** Full name, such as `train rhythm`. */
  readonly command: string;
  /** Version of the program. */
  readonly version: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Resolved flags, variables and defaults, with secrets replaced. May be logged unless it contains identifiers. */
  readonly shownOptions: Readonly<Record<string, unknown>>;
}

/** Positionals have no variable. Their order is that of the keys; a list comes last and takes the rest. */
export type PositionalSet = Readonly<Record<string, Omit<Option, 'env' | 'secret'>>>;

export interface Command<O extends OptionSet = OptionSet, P extends PositionalSet = PositionalSet> {
  /** Words as typed after the program's name: `edge-producer`, `train rhythm`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly options: O;
  readonly positionals?: P;
  /** Left out of `--help` of the program and of docs/configuration.md; works all the same. */
  readonly hidden?: boolean;
  /**
   * Returns mistakes in the combination of individually valid options, one line each. Runs after every option has passed.
   *
   * @param given names of the options that a flag or a variable gives
   */
  check?(options: OptionsOf<O> & OptionsOf<P>, given: ReadonlySet<string>): readonly string[];
  /**
   * Does the work and resolves to the exit code; undefined means 0. Throws DynamicDeepError for expected failures; any other
   * error is reported as a fault of the program.
   */
  run(options: OptionsOf<O> & OptionsOf<P>, context: CommandContext): Promise<number | undefined> | Promise<void>;
}

/** Declares a command; `run` and `check` are typed by its options and positionals. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no positionals means no further keys
export function defineCommand<const O extends OptionSet, const P extends PositionalSet = {}>(
  command: Command<O, P>,
): Command<O, P> {
  return command;
}
