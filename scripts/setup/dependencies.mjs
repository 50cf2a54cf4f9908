import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { readJson } from './files.mjs';
import { run } from './run.mjs';
import { say, seconds, SetupError } from './report.mjs';

/** Packages of the lock file that node_modules lacks or has in another version; npm records what it installed. */
export function outdated(lock, installed) {
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .filter(([path, wanted]) => {
      const found = installed?.packages?.[path];
      if (found === undefined) return wanted.optional !== true; // made for another platform
      return found.version !== wanted.version;
    })
    .map(([path]) => path);
}

export async function dependencies() {
  const lock = readJson(inRoot('package-lock.json'));
  if (lock === undefined)
    throw new SetupError('package-lock.json is absent or no JSON: restore it from the repository.');
  const stale = outdated(lock, readJson(inRoot('node_modules', '.package-lock.json')));
  if (stale.length > 0) await install(Object.keys(lock.packages).length - 1);
  linkOwnCommand();
  return stale.length > 0;
}

async function install(count) {
  const started = performance.now();
  say(`packages: npm ci, ${count} packages, about 170 MB to download, 460 MB on disk`);
  // Without scripts: a failed download by tfjs-node's would undo the installation. TensorFlow has its own step.
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const byNode = npm !== undefined && /npm-cli\.[cm]?js$/.test(npm);
  const [command, args] = byNode ? [process.execPath, [npm, ...flags]] : ['npm', flags];
  const result = await run(command, args, { cwd: inRoot(), label: 'packages' });
  if (!result.ok) throw new SetupError(`npm ci failed: ${result.reason}`);
  say(`packages: installed in ${seconds(started)}`);
}

/** `npx dynamic-deep` looks in node_modules/.bin first; without the link npx would install this package into its own cache. */
function linkOwnCommand() {
  const link = inRoot('node_modules', '.bin', 'dynamic-deep');
  if (existsSync(link)) return;
  mkdirSync(inRoot('node_modules', '.bin'), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../bin/dynamic-deep.js', link);
}
