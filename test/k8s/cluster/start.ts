/** etcd and kube-apiserver on loopback, with the custom resources installed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../../src/lib/runtime/ports.js';
import { at as part } from '../../manifests/objects.js';
import { ask, type Server } from './api.js';
import { apiserver } from './apiserver.js';
import { writeCustomResources } from './crds.js';
import { run } from './downloads.js';

const READY_MS = 120_000;
const TOKEN = 'test-only';

export interface Cluster extends Server {
  stop(): Promise<void>;
}

function start(program: string, args: readonly string[], log: string): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

function kubeconfigOf(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: { token: TOKEN } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

export async function startCluster(): Promise<Cluster> {
  const program = await apiserver();
  const folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-k8s-'));
  const at = (name: string): string => join(folder, name);
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  await run('openssl', ['genrsa', '-out', at('sa.key'), '2048']);
  await run('openssl', ['rsa', '-in', at('sa.key'), '-pubout', '-out', at('sa.pub')]);
  await writeFile(at('tokens.csv'), `${TOKEN},admin,1,system:masters\n`);
  await writeFile(at('kubeconfig'), kubeconfigOf(secure));
  const etcdUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const etcd = start(
    'etcd',
    [
      ...['--data-dir', at('etcd'), '--unsafe-no-fsync'],
      ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl],
      ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
      ...['--initial-cluster', `default=${peerUrl}`],
    ],
    at('etcd.log'),
  );
  const server = start(
    program,
    [
      ...['--etcd-servers', etcdUrl, '--bind-address', '127.0.0.1', '--advertise-address', '127.0.0.1'],
      ...[
        '--secure-port',
        String(secure),
        '--cert-dir',
        at('certificates'),
        '--service-cluster-ip-range',
        '10.0.0.0/24',
      ],
      ...['--service-account-issuer', 'https://kubernetes.default.svc', '--service-account-key-file', at('sa.pub')],
      ...['--service-account-signing-key-file', at('sa.key'), '--token-auth-file', at('tokens.csv')],
      // Nobody runs pods here. ServiceAccount admission waits for a controller that is not there.
      ...['--authorization-mode', 'AlwaysAllow', '--disable-admission-plugins', 'ServiceAccount'],
      ...['--endpoint-reconciler-type', 'none'],
    ],
    at('apiserver.log'),
  );
  const stop = async (): Promise<void> => {
    await end(server);
    await end(etcd);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(at('kubeconfig'), server, at('apiserver.log'));
    await writeCustomResources(at('crds.yaml'));
    const kubectl = (...args: string[]) => run('kubectl', ['--kubeconfig', at('kubeconfig'), ...args], { maxBuffer: 1 << 26 }); // prettier-ignore
    await kubectl('apply', '--server-side', '-f', at('crds.yaml'));
    const api: Server = { url: `https://127.0.0.1:${secure}`, token: TOKEN };
    await established(api);
    return { ...api, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(kubeconfig: string, server: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    const answer = await run('kubectl', ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz']).catch(() => undefined);
    if (answer?.stdout === 'ok') return;
    await sleep(500);
  }
  const text = await readFile(log, 'utf8');
  throw new Error(`kube-apiserver is not ready:\n${text.split('\n').slice(-5).join('\n')}`);
}

/** Waits until the server serves every custom resource. Kubectl's own wait fails where one has no conditions yet. */
async function established(api: Server): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const { body } = await ask(api, 'GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
    const isEstablished = (resource: unknown): boolean =>
      ((part(resource, 'status', 'conditions') ?? []) as { type: string; status: string }[]).some(
        ({ type, status }) => type === 'Established' && status === 'True',
      );
    if ((part(body, 'items') as unknown[]).every(isEstablished)) return;
    await sleep(500);
  }
  throw new Error('the custom resources are not established');
}
