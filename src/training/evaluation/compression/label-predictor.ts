/** The paper's own predictor: trained on the cross-entropy against the label, it reads the latents that are sent. */
import type { TaskErrors } from '../../../lib/codec/choose.js';
import type { Ladder } from '../../../lib/codec/ladder.js';
import { LATENT_COUNT, PREDICTED_TASKS, scaledLatents, type Head } from '../../../lib/codec/latents.js';
import { decodeLatentPayload } from '../../../lib/codec/payload.js';
import { buildPaperPredictor } from '../../../lib/model/architectures/paper-codec.js';
import { readManifest } from '../../../lib/model/manifest.js';
import { Network } from '../../../lib/model/network.js';
import { loadNetwork } from '../../../lib/model/store.js';
import type { CodedRecord } from './coded-record.js';
import type { Sent } from './parts.js';

/** Returns the errors predicted for a record sent at one level. */
export type LabelPredictor = (coded: CodedRecord, sent: Sent) => TaskErrors;

/**
 * Loads the networks `labelPredictor32` and `labelPredictor64` of the paper's codec; undefined if it has none. The prediction
 * is NaN for a rung whose head has no such network.
 */
export async function loadLabelPredictor(folder: string, { rungs }: Ladder): Promise<LabelPredictor | undefined> {
  const { manifest } = await readManifest(folder);
  const networks = new Map<Head, Network>();
  for (const rung of rungs) {
    if (rung.kind !== 'paper') continue;
    const key = `labelPredictor${rung.head}`;
    if (!(key in manifest.networks)) continue;
    const network = buildPaperPredictor(LATENT_COUNT[rung.head], PREDICTED_TASKS.length);
    await loadNetwork(folder, manifest, key, network);
    networks.set(rung.head, new Network(network));
  }
  if (networks.size === 0) return undefined;
  return (_coded, sent) => {
    const sums = new Float64Array(PREDICTED_TASKS.length);
    for (const part of sent) {
      const rung = rungs[part.rung];
      if (rung?.kind !== 'paper') continue;
      const { latents } = decodeLatentPayload(rung, part.payload);
      const [errors] = networks.get(rung.head)?.run(scaledLatents(latents), 1) ?? [];
      PREDICTED_TASKS.forEach((_, task) => (sums[task]! += errors?.[task] ?? Number.NaN));
    }
    return { rhythm: sums[0]! / sent.length, peaks: sums[1]! / sent.length };
  };
}
