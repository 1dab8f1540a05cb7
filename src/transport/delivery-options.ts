import type { Clock } from '../clock.js';
import type { Dsn } from '../protocol/dsn.js';
import type { SdkInfo } from '../protocol/envelope.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { SpoolSnapshot } from './delivery-snapshot.js';
import type { OutgoingEnvelope } from './outgoing-envelope.js';
import type { ActiveRateLimit } from './rate-limiter.js';
import type { SendOutcome, Transport } from './transport.js';

/** Bytes of envelopes waiting to be sent: some thousand transactions. */
export const MAX_QUEUE_BYTES = 32 * 1024 * 1024;
/** Envelopes waiting to be sent: bounds what small ones cost beside their bytes. */
export const MAX_QUEUE_ITEMS = 20_000;
/** Requests in flight: a latency of 100 ms still lets 300 envelopes per second pass. As many sockets as Sentry's Node SDK opens. */
export const MAX_CONCURRENT_REQUESTS = 30;
/** Milliseconds one envelope may take, retries included. */
export const REQUEST_TIMEOUT_MILLIS = 10_000;
/** Milliseconds between client reports. https://develop.sentry.dev/sdk/telemetry/client-reports/ */
export const CLIENT_REPORT_INTERVAL_MILLIS = 60_000;
/** Milliseconds of the time for closing that are left for the spool, unless that is more than half of it. Ours: a thousand files. */
export const SPOOLING_MILLIS = 1000;

/** Is told what happens to envelopes; nothing it throws gets through. */
export interface DeliveryObserver {
  /** An envelope was handed over, before anything can stop it. */
  onHandedOver?(envelope: OutgoingEnvelope): void;
  onSettled?(outcome: SendOutcome, envelope: OutgoingEnvelope): void;
}

/** Keeps envelopes that cannot be sent, and sends them later. Nothing in it rejects or throws. */
export interface EnvelopeSpool {
  /** Resolves with whether the envelope is kept: if it is, nobody else needs to care for it any more. */
  put(outgoing: OutgoingEnvelope): Promise<boolean>;
  /** Sentry has just taken something. */
  reachable(): void;
  /** Keeps nothing more and settles what is underway, the latter for `timeoutMillis` at most. */
  close(timeoutMillis: number): Promise<void>;
  snapshot(): SpoolSnapshot;
}

/** What a spool may use of the delivery it belongs to. */
export interface SpoolAccess {
  /** Sends what was kept, once, and books what became of it, unless it `failed`: then it is still to be kept. */
  readonly replay: (outgoing: OutgoingEnvelope) => Promise<SendOutcome>;
  readonly rateLimits: () => readonly ActiveRateLimit[];
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
}

export type SpoolFactory = (access: SpoolAccess) => EnvelopeSpool;

export interface DeliveryOptions {
  readonly transport: Transport;
  /** Where losses are counted; shared with everything else that drops data. */
  readonly losses: LossCounter;
  readonly clock: Clock;
  /** Written into every envelope that does not name another one. */
  readonly sdk: SdkInfo;
  /** Written into every envelope, for a tunnel to know where it belongs. Default: not written. */
  readonly dsn?: Dsn | undefined;
  /** Bytes of waiting envelopes. Default 32 MiB. */
  readonly maxQueueBytes?: number | undefined;
  /** Waiting envelopes. Default 20000. */
  readonly maxQueueItems?: number | undefined;
  /** Requests in flight. Default 30. */
  readonly concurrency?: number | undefined;
  /** Milliseconds one envelope may take, retries included. Default 10000. */
  readonly requestTimeoutMillis?: number | undefined;
  /** Default true. */
  readonly sendClientReports?: boolean | undefined;
  /** Milliseconds between client reports. Default 60000. */
  readonly clientReportIntervalMillis?: number | undefined;
  readonly observer?: DeliveryObserver | undefined;
  /** Keeps what could not be sent. Default: it is counted as lost. */
  readonly spool?: SpoolFactory | undefined;
  /** Spreads retries; from 0 to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

type Defaulted =
  | 'maxQueueBytes'
  | 'maxQueueItems'
  | 'concurrency'
  | 'requestTimeoutMillis'
  | 'sendClientReports'
  | 'clientReportIntervalMillis';

export type ResolvedDeliveryOptions = Omit<DeliveryOptions, Defaulted> & {
  readonly [K in Defaulted]: NonNullable<DeliveryOptions[K]>;
};

export function withDefaults(options: DeliveryOptions): ResolvedDeliveryOptions {
  return {
    ...options,
    maxQueueBytes: options.maxQueueBytes ?? MAX_QUEUE_BYTES,
    maxQueueItems: options.maxQueueItems ?? MAX_QUEUE_ITEMS,
    concurrency: options.concurrency ?? MAX_CONCURRENT_REQUESTS,
    requestTimeoutMillis: options.requestTimeoutMillis ?? REQUEST_TIMEOUT_MILLIS,
    sendClientReports: options.sendClientReports ?? true,
    clientReportIntervalMillis: options.clientReportIntervalMillis ?? CLIENT_REPORT_INTERVAL_MILLIS,
  };
}
