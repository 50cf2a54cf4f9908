/** Sessions are encrypted cookies in the browser: they outlive this process, and any dashboard with the key accepts them. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { DynamicDeepError } from '../../lib/errors/index.js';
import type { Role } from '../protocol.js';
import { ROLES, type Session } from './gate.js';

const KEY_BYTES = 32;

export interface Sealer {
  /** Returns text that only this key can read, for `seconds` of wall time. `purpose` keeps one kind from passing for another. */
  seal(purpose: string, claims: Readonly<Record<string, string>>, seconds: number): Promise<string>;
  /**
   * Returns the claims with `exp`, their end in seconds UTC; undefined if the text was not sealed by this key for this
   * purpose, or has expired.
   */
  open(purpose: string, text: string | undefined): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** Throws FILE_NOT_FOUND, or CONFIG_INVALID if the file holds no key. Without a file a random key is drawn. */
export async function readSessionKey(file: string | undefined): Promise<Uint8Array> {
  if (file === undefined) return randomBytes(KEY_BYTES);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new DynamicDeepError('FILE_NOT_FOUND', `the session key file ${file} cannot be read`, { cause: error });
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new DynamicDeepError('CONFIG_INVALID', `the session key file ${file} holds no ${KEY_BYTES} bytes as base64`);
}

export function createSealer(key: Uint8Array): Sealer {
  return {
    seal: (purpose, claims, seconds) =>
      new EncryptJWT(claims)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(purpose)
        .setExpirationTime(`${Math.ceil(seconds)} s`)
        .encrypt(key),
    open: async (purpose, text) => {
      if (text === undefined) return undefined;
      try {
        const { payload } = await jwtDecrypt(text, key, {
          audience: purpose,
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          requiredClaims: ['exp'],
        });
        return payload;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

/** Returns the session in claims from `open`; undefined if they are not those of a session. */
export function sessionOf(claims: Readonly<Record<string, unknown>> | undefined): Session | undefined {
  if (claims === undefined) return undefined;
  const { id, name, role, exp } = claims;
  if (typeof id !== 'string' || typeof name !== 'string' || !ROLES.includes(role as Role)) return undefined;
  if (typeof exp !== 'number') return undefined;
  return { viewer: { id, name, role: role as Role, openAccess: false }, until: exp * 1000 };
}
