/** kubectl, and what it says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Verdict {
  readonly accepted: number;
  /** Errors, a line each. */
  readonly refused: string;
  readonly warnings: string;
}

/** Applies objects, every one on its own; fields that the server does not know are errors. */
export async function apply(
  kubeconfig: string,
  objects: readonly unknown[],
  flags: readonly string[],
): Promise<Verdict> {
  const args = ['--kubeconfig', kubeconfig, 'apply', '--validate=strict', '-o', 'name', ...flags, '-f', '-'];
  const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await once(child, 'close');
  const lines = errors.split('\n').filter((line) => line !== '');
  const isWarning = (line: string): boolean => line.startsWith('Warning:');
  return {
    accepted: out.split('\n').filter((line) => line !== '').length,
    refused: lines.filter((line) => !isWarning(line)).join('\n'),
    warnings: lines.filter(isWarning).join('\n'),
  };
}
