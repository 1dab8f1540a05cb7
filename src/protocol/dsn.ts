import type { SdkInfo } from './envelope.js';

/** Where to send, and as which project. https://develop.sentry.dev/sdk/foundations/transport/authentication/#parsing-the-dsn */
export interface Dsn {
  readonly protocol: 'http' | 'https';
  readonly publicKey: string;
  /** Obsolete second half of the key; never printed nor sent. */
  readonly secretKey?: string;
  /** As in a URL: IPv6 addresses in brackets. */
  readonly host: string;
  /** Absent when it is the protocol's own. */
  readonly port?: number;
  /** Segments before the project id, without a slash at either end; `''` for none. */
  readonly path: string;
  /** Digits only. */
  readonly projectId: string;
}

/** Version of the protocol that is spoken. https://develop.sentry.dev/sdk/foundations/transport/authentication/ */
export const SENTRY_PROTOCOL_VERSION = 7;

const DSN_PATTERN = /^(https?):\/\/(\w+)(?::(\w*))?@(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?\/(.+)/;

/**
 * Reads `protocol://key[:secret]@host[:port]/[path/]projectId`; undefined when it is anything else.
 * Text after the digits of the project id is ignored, as Sentry's own SDKs do.
 */
export function parseDsn(text: string): Dsn | undefined {
  const match = DSN_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, protocol, publicKey = '', secretKey, host = '', portText, location = ''] = match;
  const segments = location.split(/[?#]/, 1).join('').split('/');
  const projectId = /^\d+/.exec(segments.pop() ?? '')?.[0];
  const port = portText === undefined ? undefined : Number(portText);
  if (projectId === undefined || port === 0) return undefined;
  const dsn: Dsn = {
    protocol: protocol === 'http' ? 'http' : 'https',
    publicKey,
    ...(secretKey === undefined ? {} : { secretKey }),
    host,
    ...(port === undefined ? {} : { port }),
    path: segments.filter(segment => segment !== '').join('/'),
    projectId,
  };
  return URL.canParse(origin(dsn)) ? dsn : undefined;
}

/** The DSN as text, without its secret: fit for envelope headers and messages. */
export function printDsn(dsn: Dsn): string {
  const path = dsn.path === '' ? '' : `${dsn.path}/`;
  return `${dsn.protocol}://${dsn.publicKey}@${authority(dsn)}/${path}${dsn.projectId}`;
}

/** Characters of a key that tell which one it is. */
const SHOWN_KEY_CHARS = 4;

/** For people: where a DSN leads, without its key. */
export function maskDsn(dsn: Dsn): string {
  return printDsn({ ...dsn, publicKey: `${dsn.publicKey.slice(0, SHOWN_KEY_CHARS)}…` });
}

/**
 * URL to post envelopes to, authentication included.
 * Requests must not authenticate a second time in a header: Sentry refuses that.
 * https://develop.sentry.dev/sdk/foundations/transport/authentication/#authentication-header
 */
export function envelopeUrl(dsn: Dsn, sdk: SdkInfo): string {
  const path = dsn.path === '' ? '' : `/${dsn.path}`;
  const client = encodeURIComponent(`${sdk.name}/${sdk.version}`);
  const auth = `sentry_version=${SENTRY_PROTOCOL_VERSION}&sentry_key=${dsn.publicKey}&sentry_client=${client}`;
  return `${origin(dsn)}${path}/api/${dsn.projectId}/envelope/?${auth}`;
}

/** Id of the Sentry organization, which hosted Sentry puts into the host name. https://develop.sentry.dev/sdk/foundations/trace-propagation/dynamic-sampling-context/ */
export function orgIdOfDsn(dsn: Dsn): string | undefined {
  return /^o(\d+)\./i.exec(dsn.host)?.[1];
}

function origin(dsn: Dsn): string {
  return `${dsn.protocol}://${authority(dsn)}`;
}

function authority(dsn: Dsn): string {
  return dsn.port === undefined ? dsn.host : `${dsn.host}:${dsn.port}`;
}
