import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HEADER, producedFrame } from '../edge-producer/produced-frame.js';
import { runToEnd } from './processes.js';
import { pythonWith } from './python-environment.js';

/** Reads the message behind its 5 bytes by the schema file, and fails where bytes are left over. */
const PROGRAM = `
import io, json, sys
import fastavro
schema = fastavro.parse_schema(json.load(open(sys.argv[1], encoding="utf-8")))
body = io.BytesIO(open(sys.argv[2], "rb").read()[5:])
frame = fastavro.schemaless_reader(body, schema)
assert body.read() == b"", "bytes are left over"
print(json.dumps(frame, default=bytes.hex))
`;
const pathOf = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'segments-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let python: string;
beforeAll(async () => {
  python = await pythonWith(pathOf('examples/alarms-python/requirements.txt'));
}, 400_000);

it('a frame of the edge is read by fastavro with the schema file alone', async () => {
  const { bytes, pieces } = await producedFrame();
  const file = join(folder, 'frame');
  writeFileSync(file, bytes);
  const read = await runToEnd(python, ['-c', PROGRAM, pathOf('schemas/ecg.segments.avsc'), file], 60_000);
  expect(read).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(read.stdout)).toMatchObject({
    ...HEADER,
    model: HEADER.model.toString('hex'),
    policyVersion: 7,
    segments: pieces.map(({ segment: { sequence, rung, payload }, closed: { channel } }) => ({
      channel,
      sequence,
      rung,
      payload: Buffer.from(payload).toString('hex'),
    })),
  });
});
