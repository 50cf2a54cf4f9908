import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
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
    const linked = join(folder, 'linked');
    await mkdir(linked);
    for (const file of ['task.json', 'mean.js']) await symlink(join(own, file), join(linked, file));
    expect((await readOwnTask(linked)).hash).toBe((await readOwnTask(own)).hash);
  });

  it('is refused with every mistake of its manifest', async () => {
    const own = await moduleFolder(join(folder, 'wrong'), {
      ...{ rate: 9, context: 6, bound: 0, colour: 'red', outputs: { kind: 'events' } },
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
