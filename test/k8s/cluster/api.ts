/** Objects sent to the server itself: its verdict alone counts, whatever a kubectl of another version would say. */
import { request } from 'node:https';
import type { Manifest } from '../../manifests/objects.js';

export interface Server {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly token: string;
}

export interface Verdict {
  readonly accepted: number;
  /** Reasons, a line an object. */
  readonly refused: string;
  readonly warnings: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** One request. The certificate is the server's own, made at its start on this machine: it is not checked. */
export function ask({ url, token }: Server, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/apply-patch+yaml' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers, rejectUnauthorized: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        const warnings = [answer.headers['warning'] ?? []].flat().map(String);
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as unknown, warnings });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Where objects of a kind live, by the server's own discovery. */
async function pathOfObject(server: Server, { apiVersion, kind, metadata }: Manifest): Promise<string> {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await ask(server, 'GET', base);
  if (status !== 200) throw new Error(`${base} answers ${status}: ${JSON.stringify(body)}`);
  const { resources } = body as { readonly resources: readonly Resource[] };
  const resource = resources.find((one) => one.kind === kind && !one.name.includes('/'));
  if (resource === undefined) throw new Error(`the server does not know ${apiVersion} ${kind}`);
  const place = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${base}${place}/${resource.name}/${metadata.name}`;
}

/**
 * Applies objects on the server (server-side apply), every one on its own. Fields that the server does not know, and keys
 * that stand twice, are errors. `dryRun`: everything but the storing.
 */
export async function apply(
  server: Server,
  objects: readonly Manifest[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<Verdict> {
  const query = `fieldManager=dynamic-deep&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
  const [refused, warned]: [string[], string[]] = [[], []];
  let accepted = 0;
  for (const object of objects) {
    const { status, body, warnings } = await ask(server, 'PATCH', `${await pathOfObject(server, object)}?${query}`, object); // prettier-ignore
    if (status === 200 || status === 201) accepted++;
    else refused.push((body as { message: string }).message);
    warned.push(...warnings);
  }
  return { accepted, refused: refused.join('\n'), warnings: warned.join('\n') };
}
