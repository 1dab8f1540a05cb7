import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { Config } from '../config/config.js';
import { requestUrl } from './request-url.js';
import { createSentryHostCheck } from './sentry-host.js';

const INGEST_PATH = /\/api\/\d+\/(?:envelope|store)\//;

/**
 * Recognises requests that deliver to Sentry: ours are not traced in the first place, but those of a Sentry SDK in the
 * same process are.
 */
export function createSentryRequestCheck({
  dsn,
  tunnel,
}: Config): (kind: SpanKind, attributes: Attributes) => boolean {
  const isAtSentry = dsn && createSentryHostCheck(dsn);
  return (kind, attributes) => {
    if (isAtSentry === undefined || kind !== SpanKind.CLIENT) return false;
    const url = requestUrl(kind, attributes);
    if (url === undefined) return false;
    return isTunnel(url, tunnel) || (isAtSentry(url) && INGEST_PATH.test(url));
  };
}

function isTunnel(url: string, tunnel: string | undefined): boolean {
  return (
    tunnel !== undefined && url.startsWith(tunnel) && ['', '/', '?', '#'].includes(url.charAt(tunnel.length))
  );
}
