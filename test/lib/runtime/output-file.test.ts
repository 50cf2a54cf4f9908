import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkJsonFile, checkOutputFile, replaceableFile } from '../../../src/lib/runtime/output-file.js';
import { temporaryFolder } from '../model/tiny.js';
import { makePipe } from './pipe.js';

const folder = await realpath(await temporaryFolder());
const at = (name: string): string => join(folder, name);
const refusal = (message: string): unknown =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) as string });

beforeAll(async () => {
  await writeFile(at('file'), 'content');
  await symlink('file', at('link'));
  await symlink('nowhere', at('dangling'));
  await mkdir(at('folder'));
  await symlink('folder', at('folder-link'));
  makePipe(at('pipe'));
  await symlink('pipe', at('pipe-link'));
});

describe('a file that is written in its place', () => {
  it('keeps what it holds, and is not left behind where it was not there', async () => {
    const before = await readdir(folder);
    for (const name of ['file', 'link', 'new']) await checkJsonFile(at(name));
    expect(await readFile(at('file'), 'utf8')).toBe('content');
    expect(await readdir(folder)).toEqual(before);
  });

  it('may be a pipe, which is not opened: its reader would be told that it has ended', async () => {
    for (const name of ['pipe', 'pipe-link']) await checkJsonFile(at(name));
  });

  it('is no folder and lies in one', async () => {
    await expect(checkJsonFile(at('folder'))).rejects.toThrow(refusal(`--json ${at('folder')} cannot be written`));
    await expect(checkOutputFile('--html', at('none/new'))).rejects.toThrow(refusal('--html'));
  });
});

describe('a file that is replaced as a whole', () => {
  it('is where nothing is, the regular file that is there, or the one that a link stands for', async () => {
    expect(await replaceableFile('-o', at('new'))).toBe(at('new'));
    expect(await replaceableFile('-o', at('file'))).toBe(at('file'));
    expect(await replaceableFile('-o', at('link'))).toBe(at('file'));
  });

  it.each([
    ['folder', 'directory'],
    ['folder-link', 'directory'],
    ['pipe', 'pipe, socket or device'],
    ['pipe-link', 'pipe, socket or device'],
    ['dangling', 'symbolic link to nothing'],
    ['file/new', 'not a directory'],
  ])('is not %s', async (name, reason) => {
    const before = await readdir(folder);
    await expect(replaceableFile('-o', at(name))).rejects.toThrow(refusal(reason));
    expect(await readdir(folder)).toEqual(before);
  });
});
