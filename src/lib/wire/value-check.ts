import avro, { type Type } from 'avsc';

import { WireError } from './wire-error.js';

const { types } = avro;

/**
 * Throws WireError VALUE_INVALID unless `value` is exactly what `type` says: no field missing or unknown (avsc would
 * write a default for undefined), and no number that is NaN or infinite (avsc would write it).
 */
export function assertPlainValue(type: Type, value: unknown, topic: string): void {
  type.isValid(value, {
    noUndeclaredFields: true,
    errorHook: (path, found, expected) => {
      const kind = found === null ? 'null' : typeof found;
      throw new WireError(
        'VALUE_INVALID',
        `${topic}: ${path.join('.') || 'value'} is ${kind}, not ${expected.typeName}.`,
      );
    },
  });
  assertComplete(type, value, topic, []);
}

function assertComplete(type: Type, value: unknown, topic: string, path: readonly string[]): void {
  const part = (child: Type, key: string, found: unknown): void => {
    assertComplete(child, found, topic, [...path, key]);
  };
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new WireError('VALUE_INVALID', `${topic}: ${path.join('.')} is ${String(value)}.`);
  }
  if (type instanceof types.RecordType) {
    const record = value as Record<string, unknown>;
    for (const field of type.fields) part(field.type, field.name, record[field.name]);
  } else if (type instanceof types.ArrayType) {
    (value as unknown[]).forEach((item, at) => {
      part(type.itemsType, String(at), item);
    });
  } else if (type instanceof types.UnwrappedUnionType && value !== null) {
    const branch = type.types.find((each) => each.isValid(value));
    if (branch !== undefined) assertComplete(branch, value, topic, path);
  }
}
