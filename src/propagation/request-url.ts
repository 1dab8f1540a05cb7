import { SpanKind, type Attributes, type Span } from '@opentelemetry/api';
import { recordedMethod } from '../otel/http-method.js';
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

/** Stands for an HTTP request whose URL is not known. */
const UNKNOWN_URL = '';

/** What a span that records nothing has to remember of its start; `undefined` when it sends no HTTP request. */
export function rememberedUrl(kind: SpanKind, attributes: Attributes): string | undefined {
  const url = requestUrl(kind, attributes);
  return url === undefined && kind === SpanKind.CLIENT && hasMethod(attributes) ? UNKNOWN_URL : url;
}

/** The target of the active span, recorded or not. */
export function requestTarget(span: Span): RequestTarget {
  if (!isReadable(span)) {
    const url = carriedState(span.spanContext())?.requestUrl;
    return url === undefined ? UNKNOWN : { url: url || undefined, isHttpClient: true };
  }
  if (span.kind !== SpanKind.CLIENT) return UNKNOWN;
  const { attributes } = span;
  return { url: requestUrl(span.kind, attributes), isHttpClient: hasMethod(attributes) };
}

function hasMethod(attributes: Attributes): boolean {
  return recordedMethod(attributes) !== undefined;
}

function isReadable(span: Span): span is Span & { readonly kind: SpanKind; readonly attributes: Attributes } {
  return (
    'kind' in span && 'attributes' in span && typeof span.attributes === 'object' && span.attributes !== null
  );
}
