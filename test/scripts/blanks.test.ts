import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { filesBelow } = (await import(new URL('../../scripts/setup/files.mjs', import.meta.url).href)) as {
  filesBelow: (folder: string) => string[];
};
/** As URLs have it, a blank of a folder's name is %20. */
const PATH_OF_URL = new RegExp(String.raw`\.pathn` + 'ame');

it('no file takes its place in the repository from a URL as it is: the folder may have a blank in its name', () => {
  const sources = ['bench', 'bin', 'scripts', 'src', 'test', 'examples']
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((path) => /\.(?:ts|mjs|js)$/.test(path) && !path.includes('node_modules'));
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.filter((path) => PATH_OF_URL.test(readFileSync(path, 'utf8')))).toEqual([]);
});
