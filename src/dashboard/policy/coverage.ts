/** Tells which streams a policy covers or would cover. */
import { scopesOf, type PolicyLog } from '../../lib/policy/index.js';
import type { StreamInfo } from '../../lib/wire/index.js';

export interface KnownStream {
  readonly stream: string;
  readonly device: string;
  readonly ward: string | null;
}

export class Coverage {
  readonly #streams = new Map<string, KnownStream>();

  /** Takes a stream's record from ecg.streams; null if the stream is gone. */
  takeStream(stream: string, info: StreamInfo | null): void {
    if (info === null) this.#streams.delete(stream);
    else this.#streams.set(stream, { stream, device: info.device, ward: info.ward });
  }

  /** Streams that a policy of `scope` would cover, given the other scopes' policies in `log`. */
  of(scope: string, log: PolicyLog): KnownStream[] {
    return [...this.#streams.values()].filter((stream) => {
      const scopes = scopesOf(stream);
      const own = scopes.indexOf(scope);
      return own >= 0 && scopes.slice(0, own).every((nearer) => (log.current(nearer)?.policy ?? null) === null);
    });
  }

  uncovered(log: PolicyLog): number {
    return [...this.#streams.values()].filter((stream) => log.covering(stream) === undefined).length;
  }
}
