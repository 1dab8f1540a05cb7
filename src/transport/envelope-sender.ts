import type { Clock } from '../clock.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { serializeEnvelope, type Envelope, type SdkInfo } from '../protocol/envelope.js';
import type { Cancellation } from './cancellation.js';
import { withDeadline } from './deadline.js';
import { toError } from './network-error.js';
import { isPosting } from './posting-transport.js';
import { checkResponse } from './transport-response.js';
import type { Transport, TransportResponse } from './transport.js';

/** Sends one envelope and calls `done` once, with Sentry's answer or with why there is none. Never throws. */
export type SendEnvelope = (
  envelope: Envelope,
  timeoutMillis: number,
  done: (result: TransportResponse | Error) => void,
) => void;

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
  const { transport, cancellation } = options;
  return (envelope, timeoutMillis, done) => {
    if (cancellation.isCancelled) return done(new Error('closed'));
    const bytes = toBytes(envelope, options);
    if (bytes instanceof Error) return done(bytes);
    if (isPosting(transport)) {
      const finish = (result: TransportResponse | Error) => {
        if (forget()) done(result);
      };
      const forget = cancellation.onCancel(finish);
      return transport.post(bytes, timeoutMillis, finish);
    }
    void sendPromised(bytes, timeoutMillis, options, done);
  };
}

async function sendPromised(
  bytes: Uint8Array,
  timeoutMillis: number,
  { transport, clock, cancellation }: EnvelopeSenderOptions,
  done: (result: TransportResponse | Error) => void,
): Promise<void> {
  let result: TransportResponse | Error;
  try {
    // Async, for a transport that answers at once or throws.
    const answer = runUnobserved(async () => transport.send(bytes, timeoutMillis));
    result = checkResponse(await withDeadline(answer, timeoutMillis + OVERDUE_MILLIS, clock, cancellation));
  } catch (error) {
    result = toError(error);
  }
  done(result);
}

/** `sent_at` is written anew for each attempt: Sentry corrects wrong clocks with it. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#envelope-headers */
function toBytes(
  { headers, items }: Envelope,
  { clock, sdk: ownSdk, dsn }: EnvelopeSenderOptions,
): Uint8Array | UnsendableError {
  try {
    const { event_id, sdk = ownSdk, trace } = headers;
    const sent_at = new Date(clock.epochMillis()).toISOString();
    return serializeEnvelope({ headers: { event_id, sent_at, dsn, sdk, trace }, items });
  } catch (error) {
    return new UnsendableError('the envelope cannot be serialised', { cause: error });
  }
}
