/** What a command of the program is: data and one function. `buildProgram` makes the command line of a list of them. */
import type { Option, OptionSet, OptionsOf } from './options.js';

/** Where a command runs: nothing in it is global, so that tests can run a command in-process. */
export interface CommandContext {
  /** Full name, such as `train rhythm`. */
  readonly command: string;
  /** Version of the program. */
  readonly version: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Flags, variables and defaults as resolved, secrets replaced: may be logged unless identifiers are among them. */
  readonly shownOptions: Readonly<Record<string, unknown>>;
}

/** A positional has no variable; its place is that of its key among the keys. A list stands last and takes the rest. */
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
  /** What is wrong between options that are each valid: a line each. Runs after every option passed. */
  check?(options: OptionsOf<O> & OptionsOf<P>): readonly string[];
  /**
   * Does the work and resolves to the exit code, 0 where it resolves to nothing.
   * Throws DynamicDeepError for expected failures; anything else is reported as a fault of the program.
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
