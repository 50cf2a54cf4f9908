/** The only file that knows commander: it dispatches, collects raw flags and writes help; it validates nothing. */
import { Command as Commander, Option as CommanderOption } from 'commander';

import type { Command } from './command.js';
import { suggestion } from './nearest.js';
import { allowedOf, defaultText, kindOf } from './option-text.js';
import { flagOf, shownFlag, variableOf, type Option, type OptionSet } from './options.js';
import type { ProgramSettings } from './program-settings.js';
import { placeholderOf, takesRest, type FlagValue } from './resolve-options.js';

/** A command line taken apart, before any validation. */
export interface Invocation {
  readonly command: Command;
  readonly flags: ReadonlyMap<string, FlagValue>;
  readonly operands: readonly string[];
  /** A line for each unknown flag. */
  readonly mistakes: readonly string[];
}

interface Surroundings {
  readonly argv: readonly string[];
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

const isFlag = (argument: string): boolean => /^-(?![\d.])./.test(argument);

/** Returns the text of an option in `--help`. */
function helpOf(name: string, option: Option): string {
  const preset = defaultText(option);
  const facts = [
    allowedOf(option),
    variableOf(name, option),
    preset === undefined ? undefined : `default ${preset}`,
    preset === undefined && !option.schema.safeParse(undefined).success ? 'required' : undefined,
  ].filter((fact) => fact !== undefined);
  return `${option.help} [${facts.join('; ')}]`;
}

/** Declares an option; repeated flags of a list add up. Returns commander's name for it, and its term in `--help`. */
function addOption(
  leaf: Commander,
  name: string,
  option: Option,
): { attribute: string; term: [CommanderOption, string] } {
  const flag = shownFlag(name, option);
  const kind = kindOf(option);
  if (kind === 'boolean') {
    const yes = new CommanderOption(flag, helpOf(name, option));
    leaf.addOption(yes).addOption(new CommanderOption(flag.replace('--', '--no-')).hideHelp());
    return { attribute: yes.attributeName(), term: [yes, flag.replace('--', '--[no-]')] };
  }
  // `[value]` rather than `<value>`: a flag without its value must not swallow the next flag.
  const valued = new CommanderOption(`${flag} [value]`, helpOf(name, option));
  valued.argParser<string>((value, before?: unknown) =>
    kind === 'list' && typeof before === 'string' ? `${before},${value}` : value,
  );
  leaf.addOption(valued);
  const value = kind === 'number' ? (option.unit ?? 'number') : kind;
  return { attribute: valued.attributeName(), term: [valued, `${flag} <${value}>`] };
}

function addLeaf(
  parent: Commander,
  word: string,
  command: Command,
  surroundings: Surroundings,
  run: (invocation: Invocation) => Promise<void>,
): void {
  const leaf = parent.command(word, { hidden: command.hidden === true });
  const terms = new Map<CommanderOption, string>();
  const attributes = new Map<string, string>();
  for (const [name, option] of Object.entries(command.options)) {
    const { attribute, term } = addOption(leaf, name, option);
    attributes.set(name, attribute);
    terms.set(...term);
  }
  leaf.configureHelp({ ...leaf.configureHelp(), optionTerm: (shown) => terms.get(shown) ?? shown.flags });
  leaf.summary(command.summary).description(describeLeaf(command)).usage(usageOf(command));
  leaf.allowUnknownOption().allowExcessArguments();
  leaf.action(async () => {
    const given: Record<string, unknown> = leaf.opts();
    const flags = new Map<string, FlagValue>();
    for (const [name, attribute] of attributes) {
      const value = given[attribute];
      const boolean = kindOf(command.options[name] as Option) === 'boolean';
      if (typeof value === 'string' || (boolean && typeof value === 'boolean')) flags.set(name, value);
      else if (value !== undefined) flags.set(name, { absent: true });
    }
    await run({ command, flags, ...operandsOf(leaf.args, surroundings.argv, command.options) });
  });
}

/** Splits what commander left into operands and unknown flags; all that follows `--` is an operand. */
function operandsOf(
  rest: readonly string[],
  argv: readonly string[],
  options: OptionSet,
): Pick<Invocation, 'operands' | 'mistakes'> {
  const mark = argv.indexOf('--');
  const literal = mark < 0 ? [] : argv.slice(mark + 1);
  const before = rest.slice(0, rest.length - literal.length).filter((argument) => argument !== '--');
  const known = ['--help', '--version', ...Object.keys(options).map(flagOf)];
  const mistakes = before
    .filter(isFlag)
    .map((argument) => argument.replace(/=.*$/s, ''))
    .map((flag) => `the flag ${flag} is unknown${suggestion(flag, known, '--')}`);
  return { operands: [...before.filter((argument) => !isFlag(argument)), ...literal], mistakes };
}

function usageOf(command: Command): string {
  const words = Object.entries(command.positionals ?? {}).map(([name, option]) => {
    const word = takesRest(option) ? `${placeholderOf(name)}...` : placeholderOf(name);
    return option.default === undefined && !option.schema.safeParse(undefined).success ? word : `[${word}]`;
  });
  return [...words, '[options]'].join(' ');
}

function describeLeaf(command: Command): string {
  const lines = Object.entries(command.positionals ?? {}).map(
    ([name, option]) => `  ${placeholderOf(name)}  ${option.help} [${allowedOf(option)}]`,
  );
  return [command.summary, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
}

/** Builds the program's tree of commands for commander. Parsing throws CommanderError instead of exiting. */
export function commanderTree(
  commands: readonly Command[],
  settings: ProgramSettings,
  surroundings: Surroundings,
  run: (invocation: Invocation) => Promise<void>,
): Commander {
  const version = `${settings.name} ${settings.version}`;
  const root = new Commander(settings.name).description(settings.summary).exitOverride();
  root.configureOutput({
    writeOut: (text) => surroundings.stdout.write(text),
    writeErr: (text) => surroundings.stderr.write(text),
    outputError: () => undefined,
  });
  const groups = new Map<string, Commander>();
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    if (second === undefined) addLeaf(root, first, command, surroundings, run);
    else {
      const hidden = commands.every((each) => each.hidden === true || !each.name.startsWith(`${first} `));
      const group = groups.get(first) ?? root.command(first, { hidden }).description(settings.groups?.[first] ?? '');
      groups.set(first, group);
      addLeaf(group, second, command, surroundings, run);
    }
  }
  for (const each of [root, ...root.commands, ...[...groups.values()].flatMap((group) => group.commands)])
    each.version(version, '--version', 'print the version');
  return root;
}
