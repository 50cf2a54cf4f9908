/** Generates docs/configuration.md from the declarations that validate the configuration. */
import { allowedOf, defaultText } from '../runtime/option-text.js';
import type { Command } from '../runtime/command.js';
import { shownFlag, variableOf, type Option } from '../runtime/options.js';
import type { Program } from '../runtime/program.js';
import { placeholderOf } from '../runtime/resolve-options.js';
import { code, markdownTable } from './table.js';

const HEAD = ['Flag', 'Variable', 'Default', 'Unit', 'Allowed', 'Meaning'];

function defaultOf(option: Option): string {
  const text = defaultText(option);
  if (text !== undefined) return text === '' ? 'empty' : code(text);
  return option.schema.safeParse(undefined).success ? 'none' : '**required**';
}

function row(flag: string, variable: string, option: Option): string[] {
  return [code(flag), code(variable), defaultOf(option), option.unit ?? '', allowedOf(option), option.help];
}

function section(program: Program, command: Command): string {
  const rows = [
    ...Object.entries(command.positionals ?? {}).map(([name, option]) => row(placeholderOf(name), '', option)),
    ...Object.entries(command.options).map(([name, option]) =>
      row(shownFlag(name, option), variableOf(name, option), option),
    ),
  ];
  const table = rows.length === 0 ? 'It takes no options.' : markdownTable(HEAD, rows);
  return `## ${program.settings.name} ${command.name}\n\n${command.summary}\n\n${table}\n`;
}

/** Returns the page: a table for each command that is not hidden. */
export function configurationPage(program: Program): string {
  const { name, variables = {} } = program.settings;
  const others = Object.entries(variables).map(([variable, each]) => [code(variable), code(each.default), each.help]);
  return [
    `# Configuration

Written by \`${name} docs configuration\` from the declarations that validate the values: do not edit it by hand.

- A flag overrides its variable, and a variable overrides the default. An empty variable counts as not set.
- Unknown flags are refused, and so are unknown variables that begin with \`DYNAMIC_DEEP_\`. A variable that another
  command knows is accepted, since containers share environments. All mistakes are listed at once, with exit code 2.
- A switch \`--x\` is turned off by \`--no-x\`; its variable takes \`true\` or \`false\`. A list is separated by commas.
- A number may carry its unit (\`500ms\`). A unit other than the table's is refused, not converted.
- Every command has \`--help\` and \`--version\`.
`,
    ...program.commands.filter((command) => command.hidden !== true).map((command) => section(program, command)),
    ...(others.length === 0
      ? []
      : [`## Variables of the scripts\n\n${markdownTable(['Variable', 'Default', 'Meaning'], others)}\n`]),
  ].join('\n');
}
