/** Stretches out of the topics, by the server. */
import type { PageEvent } from '../protocol.js';
import { parseWave, type Wave } from './wave/wave.js';

export interface StretchQuery {
  readonly device: string;
  readonly stream: string;
  /** Device ms. */
  readonly from: number;
  readonly to: number;
  readonly topic?: 'ecg.signals' | 'ecg.originals';
}

function address({ device, stream, from, to, topic = 'ecg.signals' }: StretchQuery, what: string): string {
  const query = new URLSearchParams({ stream, from: String(Math.round(from)), to: String(Math.round(to)), topic });
  return `/api/beds/${encodeURIComponent(device)}/${what}?${query.toString()}`;
}

/** Windows, oldest first. Throws where the server does not answer. */
export async function fetchWaves(query: StretchQuery): Promise<Wave[]> {
  const answer = await fetch(address(query, 'waveform'));
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  const waves: Wave[] = [];
  const view = new DataView(bytes);
  for (let at = 0; at < bytes.byteLength;) {
    const length = view.getUint32(at, true);
    waves.push(parseWave(bytes.slice(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return waves;
}

export async function fetchResults(query: StretchQuery): Promise<PageEvent[]> {
  const answer = await fetch(address(query, 'results'));
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return ((await answer.json()) as { events: PageEvent[] }).events;
}

/** Addresses of header and samples. */
export function wfdbFiles(query: StretchQuery): string[] {
  const name = `${query.stream}-${new Date(query.from).toISOString().slice(0, 19)}`.replace(/[^A-Za-z0-9_-]/g, '-');
  return ['hea', 'dat'].map((extension) => address(query, `wfdb/${name}.${extension}`));
}
