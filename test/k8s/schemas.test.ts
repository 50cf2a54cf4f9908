/** The schemas that the unit tests of the manifests use are made here, from the modules: `-u` writes them. */
import { expect, it } from 'vitest';
import { baseObjects, overlayObjects, pathOf } from '../manifests/objects.js';
import { schemasOf } from './cluster/schemas.js';

it('the schemas of test/manifests are those of the modules', async () => {
  const objects = [...baseObjects(), ...overlayObjects()];
  const kinds = new Set(objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
  const text = `${JSON.stringify(await schemasOf(kinds))}\n`;
  await expect(text).toMatchFileSnapshot(pathOf('test/manifests/golden/schemas.json'));
}, 600_000);
