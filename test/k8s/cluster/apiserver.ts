/** kube-apiserver, built from its Go module: the real admission of objects, without a cluster. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, goModule, run } from './downloads.js';

export const VERSION = '1.37.2';

/** Kubernetes replaces its staging modules by folders of its own tree; on the proxy they are modules of version 0.x. */
async function goMod(): Promise<string> {
  const own = await readFile(join(await goModule(`k8s.io/kubernetes@v${VERSION}`), 'go.mod'), 'utf8');
  const staging = [...new Set([...own.matchAll(/^\s*(?:replace )?(k8s\.io\/[\w-]+) => \.\/staging\//gm)].map(([, name = '']) => name))]; // prettier-ignore
  const required = [...new Set([...own.matchAll(/^\s*(k8s\.io\/[\w-]+) v0\.0\.0$/gm)].map(([, name = '']) => name))];
  const go = /^go .+$/m.exec(own)?.[0] ?? '';
  const replaced = [...new Set([...staging, ...required])].map((name) => `\t${name} => ${name} v0${VERSION.slice(1)}`);
  return `module local/apiserver\n\n${go}\n\nrequire k8s.io/kubernetes v${VERSION}\n\nreplace (\n${replaced.join('\n')}\n)\n`;
}

const MAIN = '//go:build tools\n\npackage tools\n\nimport _ "k8s.io/kubernetes/cmd/kube-apiserver"\n';

/** Path of the program. The first build takes about 12 minutes of CPU and 120 MB of disk. */
export async function apiserver(): Promise<string> {
  const home = await cached(`kube-apiserver-${VERSION}`, async (folder) => {
    await writeFile(join(folder, 'go.mod'), await goMod());
    await writeFile(join(folder, 'tools.go'), MAIN);
    const component = 'k8s.io/component-base/version';
    const flags = `-s -w -X ${component}.gitVersion=v${VERSION} -X ${component}.gitMajor=1 -X ${component}.gitMinor=${VERSION.split('.')[1] ?? ''}`;
    const args = ['build', '-mod=mod', '-trimpath', '-ldflags', flags, '-o', 'kube-apiserver'];
    await run('nice', ['-n', '15', 'go', ...args, 'k8s.io/kubernetes/cmd/kube-apiserver'], {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-p=2', GOTOOLCHAIN: 'local' },
      maxBuffer: 1 << 26,
    });
  });
  return join(home, 'kube-apiserver');
}
