import type { DropReason } from '../protocol/loss-counter.js';

/** What of Sentry's answer is read. */
export interface TransportResponse {
  /** Of the HTTP answer. */
  readonly statusCode: number;
  /** Those that set rate limits; names in lower case. */
  readonly headers?:
    | {
        readonly 'retry-after'?: string | undefined;
        readonly 'x-sentry-rate-limits'?: string | undefined;
      }
    | undefined;
}

/**
 * Carries envelopes to Sentry; the queue, rate limits, retries and client reports around it are not its business.
 *
 * https://develop.sentry.dev/sdk/foundations/transport/
 */
export interface Transport {
  /**
   * Sends one uncompressed envelope. Resolves with the answer whatever its status, rejects on a network failure, and
   * does either within `timeoutMillis`. Called with tracing suppressed.
   */
  send(envelope: Uint8Array, timeoutMillis: number): Promise<TransportResponse>;
  /** Releases connections and timers; called once, after which nothing is sent. */
  close?(): void;
}

/** What became of an envelope. */
export type SendOutcome =
  /** Accepted: 2xx. */
  | { readonly kind: 'delivered' }
  /** Answered with 429: Sentry has counted the loss itself. */
  | { readonly kind: 'rate_limited' }
  /** Refused with any other status. */
  | { readonly kind: 'rejected'; readonly statusCode: number }
  /** No answer in spite of retries. */
  | { readonly kind: 'failed'; readonly error: Error }
  /** Not sent yet, and kept on disk for a better time. */
  | { readonly kind: 'spooled'; readonly error: Error }
  /** Never sent. */
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/**
 * https://develop.sentry.dev/sdk/telemetry/client-reports/#network-failure-recording
 * @internal
 */
export function outcomeOf({ statusCode }: TransportResponse): SendOutcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' };
  return statusCode === 429 ? { kind: 'rate_limited' } : { kind: 'rejected', statusCode };
}

/**
 * What an envelope is counted as; undefined if it is not for us to count. https://develop.sentry.dev/sdk/telemetry/client-reports/#network-failure-recording
 * @internal
 */
export function lossReason(outcome: SendOutcome): DropReason | undefined {
  if (outcome.kind === 'rejected') return 'send_error';
  if (outcome.kind === 'failed') return 'network_error';
  return outcome.kind === 'dropped' ? outcome.reason : undefined;
}
