import { createContextKey, type Context, type Span } from '@opentelemetry/api';

/**
 * The key under which HTTP instrumentations and frameworks share what they know of the request being served.
 * https://github.com/open-telemetry/opentelemetry-js/blob/main/packages/opentelemetry-core/src/trace/rpc-metadata.ts
 */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** The route of the request `span` serves, which frameworks know long before the span learns of it at its end. */
export function servedRoute(context: Context, span: unknown): string | undefined {
  const metadata = context.getValue(RPC_METADATA);
  return isMetadata(metadata) && metadata.span === span && metadata.route ? metadata.route : undefined;
}

function isMetadata(value: unknown): value is { readonly span?: Span; readonly route?: string } {
  return typeof value === 'object' && value !== null && 'route' in value && typeof value.route === 'string';
}
