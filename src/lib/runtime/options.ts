/** Options are data: one declaration gives flag, variable, default, unit, help text, validation and the typed result. */
import type { z } from 'zod';

/** Variables with this prefix belong to this program: unknown ones are refused. */
export const VARIABLE_PREFIX = 'DYNAMIC_DEEP_';

export interface OptionDetails<S extends z.ZodType> {
  /** One sentence for `--help` and docs/configuration.md. */
  readonly help: string;
  /** Unit of a number. `500` and `500ms` are both read as milliseconds; `2s` is refused, never converted. */
  readonly unit?: string;
  /** One letter that stands for the flag: `o` for `-o`. */
  readonly short?: string;
  /** Name of the variable, if it is not the default one made of prefix and name. */
  readonly env?: string;
  /** Goes through the schema like a value that was given. Without one, and unless optional, the option is required. */
  readonly default?: z.input<S>;
  /** What is allowed, in words, if the schema cannot say it (refinements, formats). */
  readonly allowed?: string;
  /** Never shown: not in messages, logs or documents. */
  readonly secret?: boolean;
}

export interface Option<S extends z.ZodType = z.ZodType> extends OptionDetails<S> {
  readonly schema: S;
}

/** Name in camelCase -> option. Sets are plain records: `{ ...processOptions(9101), ...own }` is a set. */
export type OptionSet = Readonly<Record<string, Option>>;

/** What a command receives for a set. */
export type OptionsOf<T extends OptionSet> = { readonly [K in keyof T]: z.output<T[K]['schema']> };

/** Declares one option; numbers, booleans and lists are read from text as the schema's input type asks. */
export function option<S extends z.ZodType>(schema: S, details: OptionDetails<S>): Option<S> {
  return { schema, ...details };
}

const NAME = /^(?!no[A-Z])[a-z][a-zA-Z0-9]*$/;
const TAKEN = new Set(['help', 'version']);

/** Declares a set. Throws an Error on a name that cannot be a flag: a fault of the program, not of its user. */
export function defineOptions<const T extends OptionSet>(set: T): T {
  for (const name of Object.keys(set)) {
    if (!NAME.test(name) || TAKEN.has(name)) throw new Error(`'${name}' cannot be the name of an option`);
  }
  return set;
}

const words = (name: string): string[] => name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());

/** `kafkaBrokers` -> `--kafka-brokers`. */
export function flagOf(name: string): string {
  return `--${words(name).join('-')}`;
}

/** A flag as `--help` shows it: `-o, --output`. */
export function shownFlag(name: string, { short }: Pick<Option, 'short'>): string {
  return short === undefined ? flagOf(name) : `-${short}, ${flagOf(name)}`;
}

/** `httpPort` -> `DYNAMIC_DEEP_HTTP_PORT`, unless the option names its own. */
export function variableOf(name: string, declared: Pick<Option, 'env'>): string {
  return declared.env ?? VARIABLE_PREFIX + words(name).join('_').toUpperCase();
}

/** Returns the values of a set as they may be logged: secrets replaced. */
export function redactSecrets(set: OptionSet, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, set[name]?.secret === true ? '[redacted]' : value]),
  );
}
