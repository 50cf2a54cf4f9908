/** Draws the audited records by a hash: the same ones on every run, independent of load and order. */
import { createHash } from 'node:crypto';
import { RECORD } from '../lib/signal/grid.js';

export interface AuditDraw {
  readonly share: number;
  readonly seed: number;
}

/** Whether the record that contains model sample `start` of an epoch is audited: all its windows are, or none. */
export function isAudited(draw: AuditDraw, stream: string, epoch: number, start: number): boolean {
  const record = Math.floor(start / RECORD);
  const digest = createHash('sha256').update(`${draw.seed}\n${stream}\n${epoch}\n${record}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < draw.share;
}
