import type { Clock } from '../clock.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { serializeEnvelope, type Envelope, type SdkInfo } from '../protocol/envelope.js';
import type { Cancellation } from './cancellation.js';
import { withDeadline } from './deadline.js';
import { checkResponse } from './transport-response.js';
import type { Transport, TransportResponse } from './transport.js';

/** Sends one envelope and resolves with Sentry's answer; rejects when there is none. */
export type SendEnvelope = (envelope: Envelope, timeoutMillis: number) => Promise<TransportResponse>;

/** An envelope that cannot be written as bytes. */
export class UnsendableError extends Error {
  override readonly name = 'UnsendableError';
}

/** Milliseconds a transport may be late before it is given up. */
const OVERDUE_MILLIS = 1000;

export interface EnvelopeSenderOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly sdk: SdkInfo;
  /** DSN as text without secret: tells a tunnel where the envelope belongs. */
  readonly dsn: string | undefined;
}

/** Writes the headers that belong to the moment of sending, and guards against a transport that does not keep its contract. */
export function createEnvelopeSender(options: EnvelopeSenderOptions): SendEnvelope {
  const { transport, clock, cancellation } = options;
  return async (envelope, timeoutMillis) => {
    if (cancellation.isCancelled) throw new Error('closed');
    const bytes = toBytes(envelope, options);
    // Async, for a transport that answers at once or throws.
    const answer = runUnobserved(async () => transport.send(bytes, timeoutMillis));
    return checkResponse(await withDeadline(answer, timeoutMillis + OVERDUE_MILLIS, clock, cancellation));
  };
}

/** `sent_at` is written anew for each attempt: Sentry corrects wrong clocks with it. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#envelope-headers */
function toBytes(
  { headers, items }: Envelope,
  { clock, sdk: ownSdk, dsn }: EnvelopeSenderOptions,
): Uint8Array {
  try {
    const { event_id, sdk = ownSdk, trace } = headers;
    const sent_at = new Date(clock.epochMillis()).toISOString();
    return serializeEnvelope({ headers: { event_id, sent_at, dsn, sdk, trace }, items });
  } catch (error) {
    throw new UnsendableError('the envelope cannot be serialised', { cause: error });
  }
}
