import type { JsonObject, UserJson } from '../protocol/transaction.js';

type Field = 'id' | 'email' | 'username' | 'name' | 'ip_address';

/**
 * Attributes per field, first hit wins. What the application says for Sentry (`sentry.user.<field>`) needs no further
 * consent and stands first. https://opentelemetry.io/docs/specs/semconv/registry/attributes/user/
 */
const SOURCES: readonly (readonly [field: Field, names: readonly string[]])[] = [
  ['id', ['sentry.user.id', 'user.id', 'enduser.id', 'enduser.pseudo.id']],
  ['email', ['sentry.user.email', 'user.email']],
  ['username', ['sentry.user.username', 'user.name']],
  ['name', ['sentry.user.name', 'user.full_name']],
  ['ip_address', ['sentry.user.ip_address', 'user.ip_address', 'client.address', 'http.client_ip']],
];

const DETAILS = ['user.roles', 'user.hash', 'enduser.role', 'enduser.scope'] as const;

type Data = Readonly<JsonObject>;

/**
 * The user of a transaction, from the data of its root, else of the resource; `undefined` if nothing is known. Attributes
 * about users are in that data only if personal data may leave.
 * https://develop.sentry.dev/sdk/data-model/event-payloads/user/
 */
export function eventUser(root: Data, resource: Data): UserJson | undefined {
  const user: UserJson = {};
  for (const [field, names] of SOURCES) {
    const value = firstText(root, names) ?? firstText(resource, names);
    if (value !== undefined && (field !== 'ip_address' || isIpAddress(value))) user[field] = value;
  }
  const details = userDetails(root);
  if (details !== undefined) user.data = details;
  return Object.keys(user).length === 0 ? undefined : user;
}

function firstText(source: Data, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = source[name];
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function userDetails(source: Data): JsonObject | undefined {
  let details: JsonObject | undefined;
  for (const name of DETAILS) {
    const value = source[name];
    if (value !== undefined) (details ??= {})[name] = value;
  }
  return details;
}

// A client may also be named by its socket or host; Sentry reports an invalid address as an error of the event.
function isIpAddress(value: string): boolean {
  return /^[\da-f]*[.:][\da-f.:]+$/i.test(value);
}
