/** Fetches stretches of time from the topics through the server. */
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

/** The server already reads as many strips as it can. */
export class ServerBusy extends Error {}

/** Throws ServerBusy, or another error if the server does not answer or `signal` is aborted, which stops the server too. */
async function read(query: StretchQuery, what: string, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(address(query, what), { signal });
  if (answer.status === 503) throw new ServerBusy();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer;
}

/** Fetches the windows, oldest first. Throws as `read` does. */
export async function fetchWaves(query: StretchQuery, signal: AbortSignal): Promise<Wave[]> {
  const bytes = await (await read(query, 'waveform', signal)).arrayBuffer();
  const waves: Wave[] = [];
  const view = new DataView(bytes);
  for (let at = 0; at < bytes.byteLength;) {
    const length = view.getUint32(at, true);
    waves.push(parseWave(bytes.slice(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return waves;
}

/** Fetches beats and rhythm labels. Throws as `read` does. */
export async function fetchResults(query: StretchQuery, signal: AbortSignal): Promise<PageEvent[]> {
  const answer = await read(query, 'results', signal);
  return ((await answer.json()) as { events: PageEvent[] }).events;
}

/** Addresses of the WFDB header and samples. */
export function wfdbFiles(query: StretchQuery): string[] {
  const name = `${query.stream}-${new Date(query.from).toISOString().slice(0, 19)}`.replace(/[^A-Za-z0-9_-]/g, '-');
  return ['hea', 'dat'].map((extension) => address(query, `wfdb/${name}.${extension}`));
}
