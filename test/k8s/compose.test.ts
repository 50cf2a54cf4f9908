/** compose.yaml by the schema of the Compose specification, as its Go module has it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { at, read } from '../manifests/objects.js';
import { goModule } from './cluster/downloads.js';

const MODULE = 'github.com/compose-spec/compose-go/v2@v2.9.0';

let validate: ValidateFunction;
beforeAll(async () => {
  const text = await readFile(join(await goModule(MODULE), 'schema', 'compose-spec.json'), 'utf8');
  // Ajv knows the schema of draft 7 under its http address alone.
  const schema = {
    ...(JSON.parse(text) as Record<string, unknown>),
    $schema: 'http://json-schema.org/draft-07/schema#',
  };
  validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
}, 300_000);

const compose = (): unknown => parse(read('compose.yaml'), { merge: true });

it('compose.yaml is what the schema says', () => {
  validate(compose());
  expect(validate.errors).toBeNull();
});

it.each([
  [['services', 'kafka', 'imge'], 'apache/kafka'],
  [['services', 'topics', 'depends_on', 'kafka', 'condition'], 'ready'],
  [['services', 'decoder-stream', 'read_only'], { yes: true }],
])('a fault at %j is seen', (path, value) => {
  const faulty = compose();
  const holder = at(faulty, ...path.slice(0, -1)) as Record<string, unknown>;
  holder[path.at(-1) ?? ''] = value;
  expect(validate(faulty)).toBe(false);
});
