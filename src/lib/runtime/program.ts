/** Builds a program from commands: dispatch, `--help` and `--version` for each, exit codes. */
import { CommanderError } from 'commander';

import { DynamicDeepError } from '../errors/index.js';
import type { Command, CommandContext } from './command.js';
import { commanderTree, type Invocation } from './commander-tree.js';
import { configInvalid, reportFailure } from './report-failure.js';
import { redactSecrets, variableOf } from './options.js';
import type { ProgramSettings } from './program-settings.js';
import { resolveOptions, resolvePositionals, unknownVariables } from './resolve-options.js';

export interface Program {
  readonly settings: ProgramSettings;
  readonly commands: readonly Command[];
  /**
   * Runs one command line. `argv` is without node and script. Resolves to the exit code and never throws: 0, the command's own,
   * 1 for an expected failure, 2 for CONFIG_INVALID or POLICY_INVALID, 70 for a fault of the program.
   */
  main(argv: readonly string[], env: Readonly<NodeJS.ProcessEnv>): Promise<number>;
}

/** Returns the variables of all commands: containers share environments, so each command accepts them all. */
function knownVariables(commands: readonly Command[], settings: ProgramSettings): ReadonlySet<string> {
  const ofCommands = commands.flatMap((command) =>
    Object.entries(command.options).map(([name, option]) => variableOf(name, option)),
  );
  return new Set([...ofCommands, ...Object.keys(settings.variables ?? {})]);
}

/** Makes the program; throws an Error if two commands, or two inputs of one, have the same name. */
export function buildProgram(commands: readonly Command[], settings: ProgramSettings): Program {
  const names = new Set(commands.map((command) => command.name));
  if (names.size !== commands.length) throw new Error('two commands have the same name');
  for (const { name, options, positionals = {} } of commands)
    for (const key of Object.keys(positionals))
      if (key in options) throw new Error(`${name} has '${key}' both as an option and as a positional`);
  const known = knownVariables(commands, settings);
  const stdout = settings.stdout ?? process.stdout;
  const stderr = settings.stderr ?? process.stderr;

  async function execute(invocation: Invocation, env: Readonly<NodeJS.ProcessEnv>): Promise<number> {
    const { command } = invocation;
    const options = resolveOptions(command.options, invocation.flags, env);
    // The value of an unknown flag cannot be told from a positional.
    const positionals =
      invocation.mistakes.length > 0
        ? { values: {}, mistakes: [] }
        : resolvePositionals(command.positionals ?? {}, invocation.operands);
    const mistakes = [
      ...invocation.mistakes,
      ...unknownVariables(env, known),
      ...options.mistakes,
      ...positionals.mistakes,
    ];
    const values = { ...options.values, ...positionals.values };
    if (mistakes.length === 0) mistakes.push(...(command.check?.(values, options.given) ?? []));
    if (mistakes.length > 0) throw configInvalid(mistakes);

    const shownOptions = redactSecrets(command.options, values);
    const context: CommandContext = {
      command: command.name,
      version: settings.version,
      env,
      stdout,
      stderr,
      shownOptions,
    };
    const code: unknown = await command.run(values, context);
    return typeof code === 'number' ? code : 0;
  }

  return {
    settings,
    commands,
    async main(argv, env) {
      let code = 0;
      const tree = commanderTree(commands, settings, { argv, stdout, stderr }, async (invocation) => {
        code = await execute(invocation, env);
      });
      try {
        await tree.parseAsync(argv, { from: 'user' });
        return code;
      } catch (thrown) {
        if (!(thrown instanceof CommanderError)) return reportFailure(thrown, stderr);
        if (thrown.exitCode === 0) return 0;
        // Help for a command line without a command was written already.
        if (thrown.code === 'commander.help') return 2;
        const message = thrown.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
        return reportFailure(new DynamicDeepError('CONFIG_INVALID', message), stderr);
      }
    },
  };
}
