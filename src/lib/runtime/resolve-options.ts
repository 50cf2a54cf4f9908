/** Resolves options: flag before variable before default, then the schema. Mistakes are collected, never thrown one by one. */
import type { z } from 'zod';

import { allowedOf, kindOf, readItem, readText } from './option-text.js';
import { flagOf, variableOf, VARIABLE_PREFIX, type Option, type OptionSet } from './options.js';
import { suggestion } from './nearest.js';

/** A flag's text; a boolean for a boolean flag; 'absent' if a flag that needs a value came without one. */
export type FlagValue = string | boolean | { readonly absent: true };

export interface Resolved {
  readonly values: Readonly<Record<string, unknown>>;
  /** One line each; empty if the values are valid. */
  readonly mistakes: readonly string[];
}

export interface ResolvedOptions extends Resolved {
  /** Names of the options that a flag or a variable sets, even to the default value. */
  readonly given: ReadonlySet<string>;
}

interface Given {
  /** Name of the option in a message. */
  readonly label: string;
  /** What was given, for the message; undefined if nothing was. */
  readonly shown: string | undefined;
  /** Input for the schema. */
  readonly input: unknown;
}

/** Returns the messages of custom checks. For built-in checks the text of `allowedOf` says more. */
function reason(error: z.ZodError): string {
  const own = error.issues.filter((issue) => issue.code === 'custom').map((issue) => issue.message);
  return own.length === 0 ? '' : ` (${own.join('; ')})`;
}

function check(option: Option, given: Given): { readonly value: unknown } | { readonly mistake: string } {
  const parsed = option.schema.safeParse(given.input);
  if (parsed.success) return { value: parsed.data };
  const shown = option.secret === true && given.shown !== undefined ? '[redacted]' : given.shown;
  const what = shown === undefined ? 'is missing' : `is '${shown}'`;
  return { mistake: `${given.label} ${what}; allowed: ${allowedOf(option)}${reason(parsed.error)}` };
}

/** Reads a set from flags (by option name) and the environment. An empty variable counts as not set. */
export function resolveOptions(
  set: OptionSet,
  flags: ReadonlyMap<string, FlagValue>,
  env: Readonly<NodeJS.ProcessEnv>,
): ResolvedOptions {
  const values: Record<string, unknown> = {};
  const mistakes: string[] = [];
  const given = new Set<string>();
  for (const [name, option] of Object.entries(set)) {
    const variable = variableOf(name, option);
    const label = `${flagOf(name)} (${variable})`;
    const flag = flags.get(name);
    const fromEnv = env[variable] === '' ? undefined : env[variable];
    if (typeof flag === 'object') {
      mistakes.push(`${label} needs a value; allowed: ${allowedOf(option)}`);
      continue;
    }
    const text = flag ?? fromEnv;
    if (text !== undefined) given.add(name);
    const input = typeof text === 'string' ? readText(option, text) : (text ?? option.default);
    const result = check(option, { label, shown: text?.toString(), input });
    if ('mistake' in result) mistakes.push(result.mistake);
    else values[name] = result.value;
  }
  return { values, mistakes, given };
}

/** Reads positionals in their declared order. A list comes last and takes all that is left. */
export function resolvePositionals(set: OptionSet, operands: readonly string[]): Resolved {
  const values: Record<string, unknown> = {};
  const mistakes: string[] = [];
  let next = 0;
  for (const [name, option] of Object.entries(set)) {
    const rest = takesRest(option);
    const given = rest ? operands.slice(next) : operands.slice(next, next + 1);
    next += given.length;
    const read = given.map((text) => (rest ? readItem(option, text) : readText(option, text)));
    const input = given.length === 0 ? option.default : rest ? read : read[0];
    const shown = given.length === 0 ? undefined : given.join(' ');
    const result = check(option, { label: placeholderOf(name), shown, input });
    if ('mistake' in result) mistakes.push(result.mistake);
    else values[name] = result.value;
  }
  for (const extra of operands.slice(next)) mistakes.push(`'${extra}' is one argument too many`);
  return { values, mistakes };
}

/** Positionals are written in capitals: `recordName` -> RECORD-NAME. */
export function placeholderOf(name: string): string {
  return flagOf(name).slice(2).toUpperCase();
}

export function takesRest(option: Option): boolean {
  return kindOf(option) === 'list';
}

/** Variables that Kubernetes and Docker set by themselves for a service called `dynamic-deep-x`. */
const SERVICE_LINK = /_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT_\d+_(TCP|UDP)/;

/** Returns a line for each variable with the program's prefix that no command knows. */
export function unknownVariables(env: Readonly<NodeJS.ProcessEnv>, known: ReadonlySet<string>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(VARIABLE_PREFIX) && !known.has(name) && !SERVICE_LINK.test(name))
    .filter((name) => !(name.endsWith('_PORT') && env[name]?.includes('://') === true))
    .map((name) => `the variable ${name} is unknown${suggestion(name, known, VARIABLE_PREFIX)}`);
}
