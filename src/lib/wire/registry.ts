import { existsSync, readdirSync, readFileSync } from 'node:fs';

import type { Schema } from 'avsc';

import type { WireTopic } from './types.js';

/**
 * Schema ids and texts. Lookups are synchronous, because decoding is: an implementation for a real registry fetches
 * what it needs before the service is ready and on a timer, and answers from its cache.
 */
export interface SchemaRegistry {
  /** The id that `encode` writes for the topic. */
  currentId(topic: WireTopic): number;
  /** The schema by which this program reads the topic. */
  readerSchema(topic: WireTopic): Schema;
  /** The schema that was registered under `id`, or undefined if it is not known. */
  writerSchema(topic: WireTopic, id: number): Schema | undefined;
}

/** schemas/ at the root of the package: three levels up from src/lib/wire and from dist/lib/wire alike. */
const FOLDER = new URL('../../../schemas/', import.meta.url);

/**
 * Registry of the ids that the folder's `ids.json` fixes, for use without a configured registry. An id, once released, is never
 * given to another schema: a changed schema takes a new id, and the old text moves to `history/<id>.avsc`, so that what was
 * written before stays readable.
 */
export function fixedRegistry(folder: URL = FOLDER): SchemaRegistry {
  const readJson = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const ids = readJson('ids.json') as Record<WireTopic, { id: number; schema: string }>;
  const past = new URL('history/', folder);
  const history = new Set((existsSync(past) ? readdirSync(past) : []).map((file) => `history/${file}`));
  const schemas = new Map<string, Schema>();
  const load = (name: string): Schema => {
    const known = schemas.get(name);
    if (known !== undefined) return known;
    const schema = readJson(name) as Schema;
    schemas.set(name, schema);
    return schema;
  };
  return {
    currentId: (topic) => ids[topic].id,
    readerSchema: (topic) => load(ids[topic].schema),
    writerSchema: (topic, id) => {
      if (ids[topic].id === id) return load(ids[topic].schema);
      const older = `history/${id}.avsc`;
      return history.has(older) ? load(older) : undefined;
    },
  };
}
