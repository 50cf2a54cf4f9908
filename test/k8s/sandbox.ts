/**
 * The Dockerfile without a container engine: its steps run on this machine's own programs, in mount namespaces whose /app
 * and /opt/dynamic-deep are folders of a test. Needs root, unshare and setpriv (util-linux).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf, read } from '../manifests/objects.js';

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Instructions by stage, in order. */
export function stages(dockerfile: string): Instruction[][] {
  const lines = dockerfile.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const found: Instruction[][] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not an instruction: ${line}`);
    if (name === 'FROM') found.push([]);
    found.at(-1)?.push({ name, rest });
  }
  return found;
}

/** Shell that makes `root` a copy of this machine whose two folders are the test's; `options` are those of `mount`. */
function rootOf(root: string, folder: string, options: string): string {
  return `
    mount -t tmpfs tmpfs ${root}
    for part in bin lib lib64 sbin; do [ -e /$part ] && { [ -L /$part ] && cp -P /$part ${root}/ || { mkdir ${root}/$part; mount --bind /$part ${root}/$part; }; }; done
    mkdir -p ${root}/usr ${root}/etc ${root}/proc ${root}/dev ${root}/tmp ${root}/app ${root}/opt/dynamic-deep ${root}/root
    for part in usr etc dev; do mount --rbind /$part ${root}/$part; done
    mount -t proc proc ${root}/proc
    mount -t tmpfs -o size=1g tmpfs ${root}/tmp
    mount --bind ${folder}/app ${root}/app
    mount --bind ${folder}/opt ${root}/opt/dynamic-deep
    ${options}`;
}

function inNamespace(script: string, env: NodeJS.ProcessEnv): ChildProcess {
  const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-euc', script];
  return spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text)); // prettier-ignore
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ended with code ${String(code)}:\n${output.slice(-4000)}`);
  return output;
}

/** Runs the build stage into `folder`; packages of Debian are left out: this machine has them. */
export async function build(folder: string): Promise<void> {
  for (const part of ['root', 'app', 'opt']) await mkdir(join(folder, part), { recursive: true });
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: '/tmp' };
  for (const { name, rest } of stages(read('Dockerfile'))[0] ?? []) {
    if (name === 'ENV') {
      const [, key = '', value = ''] = /^(\w+)=(\S+)$/.exec(rest) ?? [];
      env[key] = value;
    } else if (name === 'COPY') {
      const parts = rest.split(' ');
      const to = parts.pop() ?? '';
      for (const from of parts)
        await cp(pathOf(from), join(folder, 'app', to === './' ? from : to), { recursive: true });
    } else if (name === 'RUN' && !rest.startsWith('apt-get ')) {
      const root = join(folder, 'root');
      await outputOf(inNamespace(`${rootOf(root, folder, '')}\nexec chroot ${root} sh -c 'cd /app && ${rest}'`, env));
    }
  }
}

/** Starts the image's entry point as process 1, as its user, with a root file system that nothing can be written to. */
export function startImage(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const run = stages(read('Dockerfile'))[1] ?? [];
  const [user = '', group = ''] = (run.find(({ name }) => name === 'USER')?.rest ?? '').split(':');
  const entry = JSON.parse(run.find(({ name }) => name === 'ENTRYPOINT')?.rest ?? '[]') as string[];
  const root = join(folder, 'root');
  const readOnly = `for part in / /usr /etc /app /opt/dynamic-deep; do mount -o remount,bind,ro ${root}$part; done`;
  const who = `setpriv --reuid ${user} --regid ${group} --clear-groups --no-new-privs --bounding-set -all`;
  const command = [...entry, ...args].join(' ');
  return inNamespace(
    `${rootOf(root, folder, readOnly)}\nexec chroot ${root} ${who} sh -c 'cd /tmp && exec ${command}'`,
    {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      TF_CPP_MIN_LOG_LEVEL: '2',
      ...env,
    },
  );
}

/** The process of this machine that is process 1 in there. */
export async function firstProcess(unshare: ChildProcess): Promise<number> {
  const pid = unshare.pid ?? 0;
  return Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim());
}
