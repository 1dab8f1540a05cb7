import { guard } from '../otel/diagnostics.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { printDsn } from '../protocol/dsn.js';
import { payloadSize, type Envelope } from '../protocol/envelope.js';
import { Cancellation } from './cancellation.js';
import { ClientReporter } from './client-reporter.js';
import { settlesWithin } from './deadline.js';
import { DeliveryLog } from './delivery-log.js';
import {
  CLIENT_REPORT_INTERVAL_MILLIS,
  MAX_CONCURRENT_REQUESTS,
  MAX_QUEUE_BYTES,
  MAX_QUEUE_ITEMS,
  REQUEST_TIMEOUT_MILLIS,
  type DeliveryObserver,
  type DeliveryOptions,
} from './delivery-options.js';
import type { DeliverySnapshot } from './delivery-snapshot.js';
import { createEnvelopeSender, UnsendableError, type SendEnvelope } from './envelope-sender.js';
import { holdProcess } from './hold-process.js';
import { Ledger } from './ledger.js';
import { toError } from './network-error.js';
import type { OutgoingEnvelope } from './outgoing-envelope.js';
import { RateLimiter } from './rate-limiter.js';
import { retrying } from './retrying.js';
import { SendQueue } from './send-queue.js';
import { Settlements } from './settlements.js';
import { outcomeOf, type SendOutcome } from './transport.js';

interface Entry {
  readonly outgoing: OutgoingEnvelope;
  readonly size: number;
  readonly ticket: number;
  readonly resolve: (outcome: SendOutcome) => void;
}

/**
 * Brings envelopes to Sentry: queue, rate limits, retries, loss accounting and client reports around a transport.
 *
 * Every envelope handed over is settled exactly once: delivered, counted by Sentry (429), or counted in `losses`.
 * https://develop.sentry.dev/sdk/foundations/transport/
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #ledger: Ledger;
  readonly #queue: SendQueue<Entry>;
  readonly #concurrency: number;
  readonly #requestTimeoutMillis: number;
  readonly #rateLimiter: RateLimiter;
  readonly #sendEnvelope: SendEnvelope;
  readonly #reporter: ClientReporter | undefined;
  readonly #cancellation = new Cancellation();
  readonly #settlements = new Settlements();
  readonly #log = new DeliveryLog();
  #inFlight = 0;
  #isQueueFull = false;
  #closing: Promise<boolean> | undefined;

  constructor(options: DeliveryOptions) {
    const { transport, clock, sdk, dsn, random = Math.random } = options;
    const cancellation = this.#cancellation;
    this.#options = options;
    this.#ledger = new Ledger(options.losses);
    this.#queue = new SendQueue({
      maxItems: options.maxQueueItems ?? MAX_QUEUE_ITEMS,
      maxBytes: options.maxQueueBytes ?? MAX_QUEUE_BYTES,
    });
    this.#concurrency = options.concurrency ?? MAX_CONCURRENT_REQUESTS;
    this.#requestTimeoutMillis = options.requestTimeoutMillis ?? REQUEST_TIMEOUT_MILLIS;
    this.#rateLimiter = new RateLimiter(clock);
    const dsnText = dsn === undefined ? undefined : printDsn(dsn);
    const send = createEnvelopeSender({ transport, clock, cancellation, sdk, dsn: dsnText });
    this.#sendEnvelope = retrying(send, { clock, random, cancellation });
    if (options.sendClientReports ?? true) this.#reporter = runUnobserved(() => this.#createReporter());
  }

  /** Sends an envelope as soon as possible. Resolves with what became of it; never rejects, never throws. */
  send(outgoing: OutgoingEnvelope): Promise<SendOutcome> {
    return runUnobserved(
      () =>
        new Promise(resolve => {
          const size = payloadSize(outgoing.envelope);
          const entry = { outgoing, size, ticket: this.#settlements.begin(), resolve };
          this.#tell(observer => observer.onHandedOver?.(outgoing));
          this.#accept(entry);
          if (this.#closing === undefined) this.#reporter?.reportIfDue();
        }),
    );
  }

  /**
   * Waits until everything handed over so far is settled and its losses are reported, for `timeoutMillis` in all.
   * Resolves with whether there was time enough; never rejects. Keeps the process alive meanwhile.
   */
  flush(timeoutMillis: number): Promise<boolean> {
    return runUnobserved(async () => {
      const release = holdProcess(timeoutMillis);
      try {
        return await settlesWithin(this.#drain(), timeoutMillis, this.#options.clock);
      } finally {
        release();
      }
    });
  }

  /**
   * Refuses new envelopes, flushes, gives up what is left after `timeoutMillis`, and releases connections and timers.
   * Resolves with whether everything was settled in time; never rejects. Later calls wait for the first.
   */
  async close(timeoutMillis: number): Promise<boolean> {
    if (this.#closing === undefined) {
      this.#closing = this.#close(timeoutMillis);
      return this.#closing;
    }
    return (await settlesWithin(this.#closing, timeoutMillis, this.#options.clock)) && this.#closing;
  }

  /** False while data is lost because Sentry or the network takes less than there is: a reason to sample less. */
  get isHealthy(): boolean {
    return !this.#isQueueFull && this.#rateLimiter.active().length === 0;
  }

  snapshot(): DeliverySnapshot {
    return {
      isClosed: this.#closing !== undefined,
      queuedItems: this.#queue.length,
      queuedBytes: this.#queue.bytes,
      inFlight: this.#inFlight,
      delivered: this.#ledger.delivered,
      rateLimitedBySentry: this.#ledger.rateLimitedBySentry,
      lastOutcome: this.#ledger.lastOutcome,
      lastProblem: this.#log.lastProblem,
      rateLimits: this.#rateLimiter.active(),
    };
  }

  #accept(entry: Entry): void {
    if (this.#closing !== undefined) this.#settle(entry, { kind: 'dropped', reason: 'queue_overflow' });
    else if (this.#isLimited(entry)) this.#settle(entry, { kind: 'dropped', reason: 'ratelimit_backoff' });
    else if (this.#inFlight < this.#concurrency && this.#queue.length === 0) void this.#deliver(entry);
    else if (!this.#queue.offer(entry)) {
      this.#reportQueueFull(true);
      this.#settle(entry, { kind: 'dropped', reason: 'queue_overflow' });
    }
  }

  /** Starts what may start. A limit that came up while an envelope waited stops it here. */
  #pump(): void {
    while (this.#inFlight < this.#concurrency) {
      const entry = this.#queue.take();
      if (entry === undefined) break;
      if (this.#isLimited(entry)) this.#settle(entry, { kind: 'dropped', reason: 'ratelimit_backoff' });
      else void this.#deliver(entry);
    }
    if (this.#isQueueFull && this.#queue.isRelaxed) this.#reportQueueFull(false);
  }

  async #deliver(entry: Entry): Promise<void> {
    this.#inFlight++;
    const outcome = await this.#attempt(entry.outgoing.envelope);
    this.#inFlight--;
    this.#settle(entry, outcome);
    this.#pump();
  }

  async #attempt(envelope: Envelope): Promise<SendOutcome> {
    try {
      const response = await this.#sendEnvelope(envelope, this.#requestTimeoutMillis);
      this.#rateLimiter.observe(response);
      return outcomeOf(response);
    } catch (thrown) {
      const error = toError(thrown);
      if (!(error instanceof UnsendableError)) return { kind: 'failed', error };
      this.#log.unsendable(error);
      return { kind: 'dropped', reason: 'internal_sdk_error' };
    }
  }

  #settle(entry: Entry, outcome: SendOutcome): void {
    this.#ledger.book(outcome, entry.outgoing.quantities);
    if (!this.#cancellation.isCancelled) this.#log.outcome(outcome);
    this.#tell(observer => observer.onSettled?.(outcome, entry.outgoing));
    this.#settlements.end(entry.ticket);
    entry.resolve(outcome);
  }

  async #drain(): Promise<void> {
    await this.#settlements.settled();
    await this.#reporter?.report();
  }

  async #close(timeoutMillis: number): Promise<boolean> {
    const inTime = await this.flush(timeoutMillis);
    this.#reporter?.stop();
    this.#giveUp();
    await this.#settlements.settled();
    guard('closing the transport', undefined, () => this.#options.transport.close?.());
    return inTime;
  }

  /** What is queued is lost because the network was too slow for the time that was left. */
  #giveUp(): void {
    const left = this.#queue.length + this.#inFlight;
    if (left > 0) this.#log.abandoned(left);
    this.#cancellation.cancel(new Error('closed'));
    for (let entry = this.#queue.take(); entry !== undefined; entry = this.#queue.take()) {
      this.#settle(entry, { kind: 'dropped', reason: 'network_error' });
    }
  }

  #isLimited(entry: Entry): boolean {
    return this.#rateLimiter.isLimited(entry.outgoing.category);
  }

  #reportQueueFull(isFull: boolean): void {
    this.#isQueueFull = isFull;
    this.#log.queueFull(isFull);
  }

  #tell(what: (observer: DeliveryObserver) => void): void {
    const { observer } = this.#options;
    if (observer !== undefined) guard('a delivery observer', undefined, () => what(observer));
  }

  #createReporter(): ClientReporter {
    return new ClientReporter({
      losses: this.#options.losses,
      send: this.#sendEnvelope,
      rateLimiter: this.#rateLimiter,
      clock: this.#options.clock,
      intervalMillis: this.#options.clientReportIntervalMillis ?? CLIENT_REPORT_INTERVAL_MILLIS,
      requestTimeoutMillis: this.#requestTimeoutMillis,
    });
  }
}
