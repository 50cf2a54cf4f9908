/** A recorded backlog in a file, since recording it takes longer than working it off. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { recordBacklog, type BacklogOptions } from './backlog.js';

type Recorded = Awaited<ReturnType<typeof recordBacklog>>;

/** Reads `file` where it holds a backlog of the same gateways; otherwise records one, and writes it. */
export async function keptBacklog(file: string | undefined, options: BacklogOptions): Promise<Recorded> {
  const { gateways, beds, seconds, partitions } = options;
  const name = JSON.stringify({ gateways, beds, seconds, partitions });
  if (file !== undefined && existsSync(file)) {
    const kept = deserialize(readFileSync(file)) as { readonly name: string; readonly recorded: Recorded };
    if (kept.name !== name) throw new Error(`${file} holds a backlog of ${kept.name}, not of ${name}`);
    return kept.recorded;
  }
  const recorded = await recordBacklog(options);
  if (file !== undefined) writeFileSync(file, serialize({ name, recorded }));
  return recorded;
}
