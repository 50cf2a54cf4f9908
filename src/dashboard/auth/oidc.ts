/** Login by OpenID Connect: authorization code with PKCE (RFC 7636), with openid-client. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as oidc from 'openid-client';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import type { Logger } from '../../lib/kafka/index.js';
import { isLoopback } from '../config.js';
import type { DashboardMetrics } from '../metrics.js';
import { highestRole, type Gate } from './gate.js';
import { sessionOf, type Sealer } from './session.js';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly publicUrl: string;
  readonly scope: string;
  readonly rolesClaim: string;
  readonly sessionSeconds: number;
  readonly sealer: Sealer;
  readonly metrics: DashboardMetrics;
  readonly logger: Logger;
}

const SESSION = 'dd_session';
const FLOW = 'dd_login';
/** Seconds that a person may take at the provider. */
const FLOW_SECONDS = 600;
/** Set after a logout in this browser: the provider then asks who logs in, although its own session continues. */
const LOGGED_OUT = 'dd_logged_out';
const LOGGED_OUT_SECONDS = 30 * 24 * 3600;
const LOGGED_OUT_PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <title>Logged out - Dynamic-Deep</title>
  <h1>You are logged out.</h1>
  <p><a href="/login">Log in</a></p>
</html>
`;

/** Discovers the provider's endpoints. Throws LOGIN_UNAVAILABLE if it does not answer as an OpenID provider. */
export async function oidcGate(settings: OidcSettings): Promise<Gate> {
  const { issuer, clientId, clientSecret, publicUrl, sealer, metrics, logger } = settings;
  const server = new URL(issuer);
  const loopback = server.protocol === 'http:' && isLoopback(server.hostname);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so by its authors to be seen; loopback alone
  const execute = loopback ? { execute: [oidc.allowInsecureRequests] } : {};
  const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretPost(clientSecret);
  let provider: oidc.Configuration;
  try {
    provider = await oidc.discovery(server, clientId, undefined, authentication, execute);
  } catch (error) {
    const text = `The provider ${issuer} cannot be used: ${messageOf(error)}`;
    throw new DynamicDeepError('LOGIN_UNAVAILABLE', text, { cause: error });
  }
  const base = publicUrl.replace(/\/+$/, '');
  const redirectUri = `${base}/callback`;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: base.startsWith('https:') } as const;

  const begin = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: settings.scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(request.cookies[LOGGED_OUT] === undefined ? {} : { prompt: 'login' }),
    });
    const flow = await sealer.seal('login', { verifier, state, nonce }, FLOW_SECONDS);
    return reply.setCookie(FLOW, flow, { ...cookie, maxAge: FLOW_SECONDS }).redirect(url.href);
  };

  const finish = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const flow = await sealer.open('login', request.cookies[FLOW]);
    reply.clearCookie(FLOW, cookie);
    try {
      if (flow === undefined) throw new Error('no login was begun in this browser, or too long ago');
      const answer = new URL(`${base}${request.url}`);
      const tokens = await oidc.authorizationCodeGrant(provider, answer, {
        pkceCodeVerifier: String(flow['verifier']),
        expectedState: String(flow['state']),
        expectedNonce: String(flow['nonce']),
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the answer holds no id token');
      let named: Readonly<Record<string, unknown>> = claims;
      if (named[settings.rolesClaim] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined) {
        named = { ...claims, ...(await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)) };
      }
      const role = highestRole(named[settings.rolesClaim]);
      if (role === undefined) throw new Error(`the claim ${settings.rolesClaim} names no role of this page`);
      const name = typeof named['name'] === 'string' ? named['name'] : claims.sub;
      const session = await sealer.seal('session', { id: claims.sub, name, role }, settings.sessionSeconds);
      metrics.dashboardLogins.inc({ outcome: 'done' });
      logger.info({ person: claims.sub, role }, 'logged in');
      reply.clearCookie(LOGGED_OUT, cookie);
      return await reply.setCookie(SESSION, session, { ...cookie, maxAge: settings.sessionSeconds }).redirect('/');
    } catch (error) {
      metrics.dashboardLogins.inc({ outcome: 'refused' });
      logger.warn({ reason: messageOf(error) }, 'a login was refused');
      return reply
        .code(403)
        .type('text/plain')
        .send('The login was refused. Ask who runs this page, or try again: /login');
    }
  };

  return {
    origin: new URL(base).origin,
    hosts: undefined,
    session: async (request) => sessionOf(await sealer.open('session', request.cookies[SESSION])),
    routes: (app: FastifyInstance, onLogout) => {
      app.get('/login', begin);
      app.get('/callback', finish);
      app.post('/logout', ({ session }, reply) => {
        if (session !== undefined) onLogout(session.viewer);
        reply.clearCookie(SESSION, cookie).setCookie(LOGGED_OUT, '1', { ...cookie, maxAge: LOGGED_OUT_SECONDS });
        return reply.code(204).send();
      });
      app.get('/logged-out', (_request, reply) => reply.type('text/html').send(LOGGED_OUT_PAGE));
    },
  };
}
