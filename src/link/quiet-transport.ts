import { context } from '@opentelemetry/api';
import { suppressTracing } from '../otel/suppress-tracing.js';
import type { UnknownRecord } from './unknown-record.js';

/**
 * Lets a transport of the SDK send without being traced: the SDK tells only its own instrumentation, so that its
 * requests would be spans of everybody else's. Works for any host, through tunnels and proxies as well.
 */
export function quietTransport(transport: UnknownRecord): void {
  const { send } = transport;
  if (typeof send !== 'function') return;
  Reflect.set(transport, 'send', (...args: unknown[]): unknown =>
    context.with(suppressTracing(context.active()), () => Reflect.apply(send, transport, args)),
  );
}
