import { readFile } from 'node:fs/promises';
import { DynamicDeepError } from '../lib/errors/index.js';

/** The characters that RFC 6750 allows in a bearer token. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Reads the token in a file, without surrounding white space. Throws FILE_NOT_FOUND, or CONFIG_INVALID if the file holds no
 * token. No message shows the file's content.
 */
export async function readToken(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new DynamicDeepError('FILE_NOT_FOUND', `the token file ${file} cannot be read`, { cause: error });
  }
  const token = text.trim();
  if (!TOKEN.test(token)) {
    throw new DynamicDeepError('CONFIG_INVALID', `the token file ${file} holds no bearer token alone on a line`);
  }
  return token;
}
