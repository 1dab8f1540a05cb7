import { cachedByName } from '../cached-by-name.js';

/** Stands for a value that must not leave. */
export const FILTERED = '[Filtered]';

/** Parts of names whose values are secret. https://docs.sentry.io/platforms/javascript/guides/node/data-management/data-collected/ */
const SECRET_PARTS = [
  'auth',
  'token',
  'secret',
  'session',
  'password',
  'passwd',
  'pwd',
  'key',
  'jwt',
  'bearer',
  'sso',
  'saml',
  'csrf',
  'xsrf',
  'credential',
  'sid',
  'identity',
  'cookie',
];

/** Parts of names whose values tell who is calling. */
const IDENTIFYING_PARTS = ['forwarded', '-ip', 'remote-', 'via', '-user'];

/** Signatures that open a resource by themselves. https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/#url-query */
const SIGNATURES = new Set(['sig', 'signature', 'x-amz-signature', 'x-goog-signature']);

/** Parts of the names of cookies that identify a session or a device, besides those of all secrets. */
const COOKIE_PARTS = [
  '.sid',
  'sessid',
  'remember',
  'oidc',
  'pkce',
  'nonce',
  '__secure-',
  '__host-',
  'awsalb',
  'awselb',
  'akamai',
  '__stripe',
  'cognito',
  'firebase',
  'supabase',
  'sb-',
  'mfa',
  '2fa',
];

/** Whether the value of a query parameter or header of this name must not leave. */
export function isSensitiveKey(name: string, allowsPii: boolean): boolean {
  const { isSecret, isIdentifying } = sensitivityOf(name);
  return isSecret || (isIdentifying && !allowsPii);
}

/** Whether the value of a cookie of this name must not leave. */
export function isSensitiveCookie(name: string, allowsPii: boolean): boolean {
  return isSensitiveKey(name, allowsPii) || containsOne(name.toLowerCase(), COOKIE_PARTS);
}

const sensitivityOf = cachedByName(name => {
  const key = name.toLowerCase();
  return {
    isSecret: SIGNATURES.has(key) || containsOne(key, SECRET_PARTS),
    isIdentifying: containsOne(key, IDENTIFYING_PARTS),
  };
});

function containsOne(key: string, parts: readonly string[]): boolean {
  for (const part of parts) if (key.includes(part)) return true;
  return false;
}
