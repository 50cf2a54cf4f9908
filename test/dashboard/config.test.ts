import { expect, it } from 'vitest';
import { checkDashboardOptions, dashboardOptions, type DashboardConfig } from '../../src/dashboard/config.js';
import { resolveOptions } from '../../src/lib/runtime/resolve-options.js';

function mistakes(flags: Record<string, string | boolean>): string[] {
  const resolved = resolveOptions(dashboardOptions, new Map(Object.entries(flags)), {});
  expect(resolved.mistakes).toEqual([]);
  return checkDashboardOptions(resolved.values as DashboardConfig);
}

const LOGIN = { oidcIssuer: 'https://id.example', oidcClientId: 'page', publicUrl: 'https://ward.example' };

it('wants a login, or to be told loudly that there is none', () => {
  expect(mistakes({})).toHaveLength(1);
  expect(mistakes(LOGIN)).toEqual([]);
  expect(mistakes({ insecureOpenAccess: true })).toEqual([]);
  expect(mistakes({ ...LOGIN, insecureOpenAccess: true })).toHaveLength(1);
});

it('serves nobody without a login beyond this machine, and no login without https beyond it', () => {
  expect(mistakes({ insecureOpenAccess: true, pageHost: '0.0.0.0' })).toHaveLength(1);
  expect(mistakes({ ...LOGIN, oidcIssuer: 'http://id.example' })).toHaveLength(1);
  expect(mistakes({ ...LOGIN, oidcIssuer: 'http://127.0.0.1:9000', publicUrl: 'http://localhost:8080' })).toEqual([]);
});
