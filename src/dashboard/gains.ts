/** Sums of bytes and segments. */
import type { Gains } from './protocol.js';

export class GainSum {
  nativeBytes = 0;
  payloadBytes = 0;
  wireBytes = 0;
  auditBytes = 0;
  segments = 0;

  add(part: Partial<Gains>): void {
    this.nativeBytes += part.nativeBytes ?? 0;
    this.payloadBytes += part.payloadBytes ?? 0;
    this.wireBytes += part.wireBytes ?? 0;
    this.auditBytes += part.auditBytes ?? 0;
    this.segments += part.segments ?? 0;
  }

  get gains(): Gains {
    const { nativeBytes, payloadBytes, wireBytes, auditBytes, segments } = this;
    return { nativeBytes, payloadBytes, wireBytes, auditBytes, segments };
  }
}
