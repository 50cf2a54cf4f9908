import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { processOptions } from '../lib/runtime/service-options.js';

export const dashboardOptions = defineOptions({
  ...kafkaOptions,
  ...processOptions(9105),
  models: option(z.string().min(1).optional(), {
    help: 'Folder of the models, for the names of rungs; those that ship with the program by default',
    allowed: 'a folder',
  }),
  pageHost: option(z.string().min(1), {
    help: 'Address that serves the page; 0.0.0.0 for every interface',
    allowed: 'a host name or address of this machine',
    default: '127.0.0.1',
  }),
  pagePort: option(z.int().min(0).max(65_535), {
    help: 'Port of the page; 0 takes a free one and logs it',
    default: 8080,
  }),
  publicUrl: option(z.url({ protocol: /^https?$/ }).optional(), {
    help: 'Address at which browsers reach the page; the provider sends them back there after the login',
    allowed: 'an http or https URL',
  }),
  oidcIssuer: option(z.url({ protocol: /^https?$/ }).optional(), {
    help: 'Issuer of the OpenID Connect provider that people log in with; http on loopback only',
    allowed: 'an http or https URL',
  }),
  oidcClientId: option(z.string().min(1).optional(), { help: 'Id of the page at that provider' }),
  oidcClientSecretFile: option(z.string().min(1).optional(), {
    help: 'File with the client secret; none for a public client, which PKCE protects',
    allowed: 'a file',
  }),
  oidcScope: option(z.string().min(1), { help: 'Scopes that are asked for', default: 'openid profile' }),
  oidcRolesClaim: option(z.string().min(1), {
    help: 'Claim that names the roles of a person: viewer, clinician, admin',
    default: 'roles',
  }),
  sessionKeyFile: option(z.string().min(1).optional(), {
    help: 'File with 32 random bytes as base64, the key of the session cookies; without it a restart ends all sessions',
    allowed: 'a file',
  }),
  sessionHours: option(z.number().positive().max(72), {
    help: 'Wall time after which a person has to log in again',
    unit: 'h',
    default: 12,
  }),
  insecureOpenAccess: option(z.boolean(), {
    help: 'NO LOGIN: everybody who reaches the page may do everything. On a loopback address only',
    default: false,
  }),
  signalSeconds: option(z.int().min(60).max(3600), {
    help: 'Signal of each stream that is held in memory, device time',
    unit: 's',
    default: 180,
  }),
  trendSeconds: option(z.int().min(60).max(86_400), {
    help: 'Beats and rhythm labels of each stream that are held in memory, device time',
    unit: 's',
    default: 3600,
  }),
  priceFile: option(z.string().min(1).optional(), {
    help: 'JSON file with currency and perGigabyte (10^9 bytes on the wire): the page says what compression saves',
    allowed: 'a file',
  }),
});

export type DashboardConfig = OptionsOf<typeof dashboardOptions>;

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.replace(/^\[|\]$/g, ''));
}

/** Returns mistakes that only a combination of options shows. For the command's `check`, beside those of every service. */
export function checkDashboardOptions(options: DashboardConfig): string[] {
  const { insecureOpenAccess, oidcIssuer, oidcClientId, publicUrl, pageHost } = options;
  const login = [oidcIssuer, oidcClientId, publicUrl];
  if (insecureOpenAccess) {
    return [
      ...(oidcIssuer === undefined ? [] : ['--insecure-open-access and --oidc-issuer exclude each other']),
      ...(isLoopback(pageHost) ? [] : [`--insecure-open-access with --page-host ${pageHost}; allowed: 127.0.0.1, ::1`]),
    ];
  }
  if (login.includes(undefined)) {
    return [
      '--oidc-issuer, --oidc-client-id and --public-url are needed, or --insecure-open-access on this machine alone',
    ];
  }
  const insecure = [oidcIssuer, publicUrl].filter(
    (url) => url?.startsWith('http:') && !isLoopback(new URL(url).hostname),
  );
  return insecure.map((url) => `${String(url)} is not https; allowed without it: loopback`);
}
