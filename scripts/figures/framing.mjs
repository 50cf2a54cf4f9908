// Block of docs/decisions/2026-11-25-framing.md.
import { digits, result, source, table } from './material.mjs';

export function framing(up) {
  const data = result('framing');
  if (data === undefined) return 'Framing has not been measured yet.';
  const sets = Object.entries(data.payloads);
  const [, variants] = sets[0];
  const row = (name) => [
    name,
    digits(variants[name].segmentsPerBatch, 1),
    ...sets.map(([, own]) => digits(own[name].framingBytesPerSegment, 1)),
  ];
  const compressed = ['before', 'now'].flatMap((name) =>
    Object.keys(variants[name].savedPerSegmentBy).map((tool) => [
      `${name}, ${tool}`,
      ...sets.map(([, own]) => digits(own[name].savedPerSegmentBy[tool], 1)),
    ]),
  );
  const headed = sets.map(([name, { now }]) => `${name} (${digits(now.payloadBytesPerSegment, 0)} bytes)`);
  return [
    `Framing bytes per segment, beyond its payload, for ${data.setting.beds} beds and ${data.setting.lingerMs} ms of linger, by kind of payload:`,
    table(['framing', 'segments per batch', ...headed], Object.keys(variants).map(row)),
    'Bytes per segment saved by compressing each batch:',
    table(['framing, compression', ...headed], compressed),
    source('framing', data, up),
  ].join('\n\n');
}
