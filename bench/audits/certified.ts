/** What the shipped certificates say about a bound. */
import { join } from 'node:path';
import { Certificates } from '../../src/lib/certification/certificates.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';

/** Returns the certificate by which the edge chooses. Throws if there is none: everything would be sent losslessly. */
export async function certificateOf({ rhythm, peaks }: { readonly rhythm: number; readonly peaks: number }) {
  const ladder = readLadder(await readManifest(join('models', 'codec')));
  const certificates = await Certificates.open('models', ladder, undefined);
  const bounds = { rhythm, peaks, reconstruction: null, weightedSum: null };
  const policy = { bounds, weights: { rhythm: 1, peaks: 1 }, alpha: 0.01, rungs: null };
  const standing = certificates.find(policy, 'synthesis');
  const { certificate } = standing;
  if (certificate === undefined) throw new Error(`rhythm bound ${rhythm}: ${standing.reason}`);
  const { tau, n, k, alpha, delta, payloadGainTotal } = certificate;
  return { bounds: certificate.bounds, tau, n, k, rate: k / n, alpha, delta, payloadGainTotal };
}
