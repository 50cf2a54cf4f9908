import { writeFile } from 'node:fs/promises';

export async function writeScores(path: string, scores: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(scores, null, 2)}\n`);
}
