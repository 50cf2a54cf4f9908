/** Which records are audited: a draw by hash, the same on every run and independent of load and order. */
import { createHash } from 'node:crypto';
import { RECORD } from '../lib/signal/grid.js';

export interface AuditDraw {
  readonly share: number;
  readonly seed: number;
}

/** Whether the record that model sample `start` of an epoch belongs to is audited: all its windows or none. */
export function isAudited(draw: AuditDraw, stream: string, epoch: number, start: number): boolean {
  const record = Math.floor(start / RECORD);
  const digest = createHash('sha256').update(`${draw.seed}\n${stream}\n${epoch}\n${record}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < draw.share;
}
