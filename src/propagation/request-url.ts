import { SpanKind, type Attributes, type Span } from '@opentelemetry/api';
import { carriedState } from '../trace-state/state-carrier.js';

/** Where the request goes that a span stands for. */
export interface RequestTarget {
  readonly url: string | undefined;
  readonly isHttpClient: boolean;
}

const UNKNOWN: RequestTarget = { url: undefined, isHttpClient: false };

/** The URL of an outgoing request: only of a CLIENT span itself, never of something above it. */
export function requestUrl(kind: SpanKind, attributes: Attributes): string | undefined {
  if (kind !== SpanKind.CLIENT) return undefined;
  const url = attributes['url.full'] ?? attributes['http.url'];
  return typeof url === 'string' ? url : undefined;
}

/** The target of the active span, recorded or not. */
export function requestTarget(span: Span): RequestTarget {
  if (!isReadable(span)) {
    const url = carriedState(span.spanContext())?.requestUrl;
    return url === undefined ? UNKNOWN : { url, isHttpClient: true };
  }
  if (span.kind !== SpanKind.CLIENT) return UNKNOWN;
  const { attributes } = span;
  const hasMethod =
    attributes['http.request.method'] !== undefined || attributes['http.method'] !== undefined;
  return { url: requestUrl(span.kind, attributes), isHttpClient: hasMethod };
}

function isReadable(span: Span): span is Span & { readonly kind: SpanKind; readonly attributes: Attributes } {
  return (
    'kind' in span && 'attributes' in span && typeof span.attributes === 'object' && span.attributes !== null
  );
}
