/** Converts between the text of a flag or variable and the input type of its schema. */
import { z } from 'zod';

import type { Option } from './options.js';

/** Part of JSON Schema that options need: the input of a zod schema, whatever wraps it. */
interface InputShape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: InputShape;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

type OptionKind = 'number' | 'boolean' | 'list' | 'text';

function inputShape(schema: z.ZodType): InputShape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as InputShape;
}

function kindOfShape(shape: InputShape): OptionKind {
  if (shape.type === 'number' || shape.type === 'integer') return 'number';
  if (shape.type === 'boolean') return 'boolean';
  return shape.type === 'array' ? 'list' : 'text';
}

export function kindOf(option: Pick<Option, 'schema'>): OptionKind {
  return kindOfShape(inputShape(option.schema));
}

const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(\D*)$/i;
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  false: false,
  '0': false,
  no: false,
};

function readShape(shape: InputShape, unit: string | undefined, text: string): unknown {
  switch (kindOfShape(shape)) {
    case 'number': {
      const [, digits, suffix] = NUMBER.exec(text.trim()) ?? [];
      // Text that is not such a number stays text: the schema refuses it and says why.
      return digits === undefined || (suffix !== '' && suffix !== unit) ? text : Number(digits);
    }
    case 'boolean':
      return BOOLEANS[text.trim().toLowerCase()] ?? text;
    case 'list': {
      const items = text.split(',').map((item) => item.trim());
      const given = items.filter((item) => item !== '');
      // An empty item in a list of numbers is kept, so that the schema refuses it.
      const ofNumbers = kindOfShape(shape.items ?? {}) === 'number' && given.length > 0;
      return (ofNumbers ? items : given).map((item) => readShape(shape.items ?? {}, unit, item));
    }
    case 'text':
      return text;
  }
}

/** Converts the text of a flag or variable to the schema's input; what cannot be read stays text. */
export function readText(option: Option, text: string): unknown {
  return readShape(inputShape(option.schema), option.unit, text);
}

/** Converts one item of a list that was given as separate words. It is not split at commas, which a path may contain. */
export function readItem(option: Option, text: string): unknown {
  return readShape(inputShape(option.schema).items ?? {}, option.unit, text);
}

function range(shape: InputShape): string {
  // zod gives every integer the bounds of safe integers, which are not worth showing.
  const minimum = shape.minimum === Number.MIN_SAFE_INTEGER ? undefined : shape.minimum;
  const maximum = shape.maximum === Number.MAX_SAFE_INTEGER ? undefined : shape.maximum;
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  const above = shape.exclusiveMinimum;
  const below = shape.exclusiveMaximum;
  const parts = [
    minimum === undefined ? undefined : `at least ${minimum}`,
    above === undefined ? undefined : `above ${above}`,
    maximum === undefined ? undefined : `at most ${maximum}`,
    below === undefined ? undefined : `below ${below}`,
  ].filter((part) => part !== undefined);
  return parts.join(' and ');
}

function describe(shape: InputShape, unit: string | undefined): string {
  const choices = shape.enum ?? (shape.const === undefined ? undefined : [shape.const]);
  if (choices !== undefined) return choices.length === 1 ? String(choices[0]) : `one of ${choices.join(', ')}`;
  switch (kindOfShape(shape)) {
    case 'number': {
      const noun = shape.type === 'integer' ? 'a whole number' : 'a number';
      return [noun, unit === undefined ? '' : `in ${unit}`, range(shape)].filter((part) => part !== '').join(' ');
    }
    case 'boolean':
      return 'true or false';
    case 'list':
      return `a comma-separated list, each ${describe(shape.items ?? {}, unit)}`;
    case 'text':
      if (shape.pattern !== undefined) return `text like ${shape.pattern}`;
      return (shape.minLength ?? 0) > 1 ? `text of at least ${shape.minLength ?? 0} characters` : 'text';
  }
}

/** Describes in words what an option allows. */
export function allowedOf(option: Option): string {
  return option.allowed ?? describe(inputShape(option.schema), option.unit);
}

/** Returns the default as it would be written on the command line; undefined if there is none. */
export function defaultText(option: Option): string | undefined {
  const value = option.default;
  if (value === undefined) return undefined;
  if (option.secret === true) return '[redacted]';
  return Array.isArray(value) ? value.join(',') : `${value as string | number | boolean}`;
}
