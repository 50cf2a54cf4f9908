import { readdirSync, readFileSync } from 'node:fs';

import { crc32 as expected } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { crc32 } from '../../../src/lib/wire/crc32.js';
import { TOPICS } from './samples.js';

const folder = new URL('../../../schemas/', import.meta.url);
const ids = JSON.parse(readFileSync(new URL('ids.json', folder), 'utf8')) as Record<
  string,
  { id: number; schema: string }
>;

describe('schemas/', () => {
  it('has an id for every topic and a topic for every id', () => {
    expect(Object.keys(ids).sort()).toEqual([...TOPICS].sort());
    const files = readdirSync(folder).filter((name) => name.endsWith('.avsc'));
    expect([...new Set(Object.values(ids).map((entry) => entry.schema))].sort()).toEqual(files.sort());
  });

  it('gives one id to one schema', () => {
    const byId = new Map(Object.values(ids).map((entry) => [entry.id, entry.schema]));
    expect(byId.size).toBe(new Set(Object.values(ids).map((entry) => entry.schema)).size);
  });

  it('documents every field', () => {
    const undocumented: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (Array.isArray(node))
        node.forEach((part) => {
          visit(part, path);
        });
      if (typeof node !== 'object' || node === null) return;
      const { fields, doc, name } = node as { fields?: unknown[]; doc?: string; name?: string };
      if (name !== undefined && path.endsWith('fields') && doc === undefined) undocumented.push(`${path}.${name}`);
      if (fields !== undefined) visit(fields, `${path}/${name ?? ''}.fields`);
      for (const key of ['type', 'items', 'values'])
        visit((node as Record<string, unknown>)[key], `${path}.${name ?? ''}.${key}`);
    };
    const ofFiles = readdirSync(new URL('files/', folder)).map((name) => `files/${name}`);
    for (const schema of [...Object.values(ids).map((entry) => entry.schema), ...ofFiles])
      visit(JSON.parse(readFileSync(new URL(schema, folder), 'utf8')), schema);
    expect(undocumented).toEqual([]);
  });
});

describe('crc32', () => {
  it('is the CRC-32 of IEEE 802.3', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(Buffer.alloc(0))).toBe(0);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => crc32(bytes) === expected(bytes)),
      { numRuns: 100 },
    );
  });
});
