import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOwnTask, readOwnTasks } from '../../../../src/lib/tasks/own/folder.js';
import { temporaryFolder } from '../../model/tiny.js';
import { moduleFolder } from './tasks.js';

const folder = await temporaryFolder();
const refused = async (own: string, ...why: string[]): Promise<void> => {
  for (const part of why) {
    await expect(readOwnTask(own)).rejects.toThrow(
      expect.objectContaining({ code: 'TASK_INVALID', message: expect.stringContaining(part) as string }),
    );
  }
};

describe('the folder of a task', () => {
  it('is known by every file of it, by name and content, but for README.md and hidden ones', async () => {
    const own = await moduleFolder(join(folder, 'hash'));
    const hash = async (): Promise<string> => (await readOwnTask(own)).hash;
    const first = await hash();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(join(own, 'README.md'), 'for people');
    await writeFile(join(own, '.swap'), 'of an editor');
    expect(await hash()).toBe(first);
    await mkdir(join(own, 'lib'));
    await writeFile(join(own, 'lib/helper.js'), 'export const a = 1;');
    const second = await hash();
    await writeFile(join(own, 'lib/helper.js'), 'export const a = 2;');
    const third = await hash();
    await rm(join(own, 'lib/helper.js'));
    await writeFile(join(own, 'lib/other.js'), 'export const a = 2;');
    expect(new Set([first, second, third, await hash()]).size).toBe(4);
  });

  it('may hold links, as orchestrators mount files', async () => {
    const own = await moduleFolder(join(folder, 'plain'));
    await mkdir(join(own, 'lib'));
    await writeFile(join(own, 'lib/helper.js'), '');
    const { hash } = await readOwnTask(own);
    // As Kubernetes mounts a volume of a ConfigMap: each of its entries by way of `..data`.
    const files = ['task.json', 'mean.js', 'lib'];
    await mkdir(join(own, '..2026_11_30'));
    for (const file of files) await rename(join(own, file), join(own, '..2026_11_30', file));
    await symlink('..2026_11_30', join(own, '..data'));
    for (const file of files) await symlink(`..data/${file}`, join(own, file));
    expect((await readOwnTask(own)).hash).toBe(hash);
    await symlink(own, join(folder, 'linked'));
    expect((await readOwnTask(join(folder, 'linked'))).hash).toBe(hash);
  });

  it('is refused where a link leads out of it, or in a circle', async () => {
    const own = await moduleFolder(join(folder, 'links'));
    await symlink('..', join(own, 'up'));
    await refused(own, 'up leads out of the folder');
    await rm(join(own, 'up'));
    await writeFile(join(folder, 'links', 'other.js'), '');
    await symlink('../other.js', join(own, 'other.js'));
    await refused(own, 'other.js leads out of the folder');
    await rm(join(own, 'other.js'));
    await mkdir(join(own, 'lib/deep'), { recursive: true });
    await symlink('..', join(own, 'lib/deep/up'));
    await refused(own, 'lib/deep/up leads back to a folder that it lies in');
    await rm(join(own, 'lib/deep/up'));
    await symlink('../..', join(own, 'lib/deep/top'));
    await refused(own, 'lib/deep/top leads back');
  });

  it('is refused, and not read, where its files together are too large', async () => {
    const own = await moduleFolder(join(folder, 'large'));
    for (const name of ['a.bin', 'b.bin']) {
      await writeFile(join(own, name), '');
      await truncate(join(own, name), 2 ** 27);
    }
    await refused(own, 'has more than 256 MiB');
  });

  it('is refused with every mistake of its manifest', async () => {
    const own = await moduleFolder(join(folder, 'wrong'), {
      rate: 9,
      context: 6,
      bound: 0,
      colour: 'red',
      outputs: { kind: 'events' },
    });
    await refused(own, 'rate', 'context', 'bound', 'colour');
    await refused(await moduleFolder(join(folder, 'unfit'), { outputs: { kind: 'events' } }), 'error: of events is one-minus-f1'); // prettier-ignore
    await refused(await moduleFolder(join(folder, 'tfjs'), { kind: 'tfjs' }), 'input: is missing');
    await refused(await moduleFolder(join(folder, 'taken'), { name: 'rhythm' }), 'name: ');
    await refused(await moduleFolder(join(folder, 'out'), { file: 'mean.js', summary: '' }), 'summary');
    await refused(join(folder, 'nowhere'), 'cannot be read');
    await refused(join(folder, 'plain'), 'has no task.json');
  });

  it('is refused where its file is missing, or lies elsewhere', async () => {
    const own = await moduleFolder(join(folder, 'gone'));
    await rm(join(own, 'mean.js'));
    await refused(own, 'has no file mean.js');
    await writeFile(join(own, 'task.json'), '{ "file": "../mean.js" }');
    await refused(own, 'file: is no name of a file in the folder');
  });
});

describe('the tasks of a process', () => {
  it('are those of the models folder and those that are named, each once, by name', async () => {
    const models = join(folder, 'models');
    const first = await moduleFolder(join(models, 'tasks'), { name: 'b' });
    const second = await moduleFolder(join(folder, 'more'), { name: 'a' });
    const tasks = await readOwnTasks({ models, folders: [second, first] });
    expect(tasks.map(({ manifest }) => manifest.name)).toEqual(['a', 'b']);
    expect(await readOwnTasks({ models: join(folder, 'no-models'), folders: [] })).toEqual([]);
    const twice = await moduleFolder(join(folder, 'twice'), { name: 'a' });
    await expect(readOwnTasks({ models, folders: [second, twice] })).rejects.toMatchObject({ code: 'TASK_INVALID' });
  });
});
