/** Command line of the demo's edge: what it replays. */
import { join, resolve } from 'node:path';
import { SHIPPED_SAMPLES } from '../lib/runtime/paths.js';
import type { DemoConfig } from './config.js';

/** One stream each; long recordings come first, so that a few beds already show most. */
const SAMPLES = [
  'mitdb-202-af',
  'mitdb-100-normal',
  'mitdb-228-pvc',
  'A04040',
  'A00282',
  'A02370',
  'A01938',
  'A00823',
  'A00624',
  'A05798',
];
/** The gateway is its own ward, so that a policy can apply to the demo alone. */
export function edgeArguments(config: DemoConfig, gateway: string): string[] {
  const records = config.records?.map((path) => resolve(path)) ?? SAMPLES.map((name) => join(SHIPPED_SAMPLES, name));
  return [
    ...['--records', records.join(',')],
    ...['--beds', String(config.beds)],
    ...['--gateway', gateway, '--ward', gateway],
    ...['--speed', String(config.speed)],
    ...(config.seconds === undefined ? [] : ['--seconds', String(config.seconds)]),
  ];
}
