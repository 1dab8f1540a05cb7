import { guard } from '../otel/diagnostics.js';
import { isPromise } from '../otel/hook-result.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { printDsn } from '../protocol/dsn.js';
import { payloadSize } from '../protocol/envelope.js';
import { attempt } from './attempt.js';
import { Cancellation } from './cancellation.js';
import { ClientReporter } from './client-reporter.js';
import { settlesWithin } from './deadline.js';
import { DeliveryLog } from './delivery-log.js';
import {
  withDefaults,
  type DeliveryObserver,
  type DeliveryOptions,
  type EnvelopeSpool,
  type ResolvedDeliveryOptions,
} from './delivery-options.js';
import type { DeliverySnapshot } from './delivery-snapshot.js';
import { createEnvelopeSender, type SendEnvelope } from './envelope-sender.js';
import { holdProcess } from './hold-process.js';
import { Ledger } from './ledger.js';
import type { OutgoingEnvelope, Quantity } from './outgoing-envelope.js';
import { isPosting } from './posting-transport.js';
import type { QueuedEnvelope } from './queued-envelope.js';
import { RateLimiter } from './rate-limiter.js';
import { retrying } from './retrying.js';
import { SendQueue } from './send-queue.js';
import { Settlements } from './settlements.js';
import { closeSpool, keepUnsent, spoolingMillis } from './spooling.js';
import { lossReason, type SendOutcome } from './transport.js';

/**
 * Brings envelopes to Sentry: queue, rate limits, retries, loss accounting and client reports around a transport.
 *
 * Every envelope handed over is settled exactly once: delivered, counted by Sentry (429), counted in `losses`, or
 * kept in the spool, which settles it later. https://develop.sentry.dev/sdk/foundations/transport/
 */
export class Delivery {
  readonly #options: ResolvedDeliveryOptions;
  readonly #ledger: Ledger;
  readonly #queue: SendQueue<QueuedEnvelope>;
  readonly #rateLimiter: RateLimiter;
  readonly #sendEnvelope: SendEnvelope;
  readonly #spool: EnvelopeSpool | undefined;
  readonly #reporter: ClientReporter | undefined;
  readonly #cancellation = new Cancellation();
  readonly #settlements = new Settlements();
  readonly #log = new DeliveryLog();
  #inFlight = 0;
  #abandoned = 0;
  #isQueueFull = false;
  #isPumping = false;
  #closing: Promise<boolean> | undefined;

  constructor(options: DeliveryOptions) {
    const { transport, losses, clock, sdk, dsn, random = Math.random } = options;
    const cancellation = this.#cancellation;
    this.#options = withDefaults(options);
    const { maxQueueItems: maxItems, maxQueueBytes: maxBytes } = this.#options;
    this.#ledger = new Ledger(losses);
    this.#queue = new SendQueue({ maxItems, maxBytes });
    this.#rateLimiter = new RateLimiter(clock);
    const send = createEnvelopeSender({ transport, clock, cancellation, sdk, dsn: dsn && printDsn(dsn) });
    this.#sendEnvelope = retrying(send, { clock, random, cancellation });
    this.#spool = runUnobserved(() =>
      options.spool?.({
        replay: outgoing => this.#replay(send, outgoing),
        rateLimits: () => this.#rateLimiter.active(),
        random,
      }),
    );
    if (this.#options.sendClientReports) {
      const reporting = { ...this.#options, send: this.#sendEnvelope, rateLimiter: this.#rateLimiter };
      this.#reporter = runUnobserved(() => new ClientReporter(reporting));
    }
  }

  /** There will be something to send soon. */
  prepare(): void {
    const { transport } = this.#options;
    if (isPosting(transport)) transport.prepare();
  }

  /** Sends an envelope as soon as possible. Resolves with what became of it; never rejects, never throws. */
  send(outgoing: OutgoingEnvelope): Promise<SendOutcome> {
    return new Promise(resolve => this.post(outgoing, resolve));
  }

  /** The same without a promise: calls `settled` once. */
  post(outgoing: OutgoingEnvelope, settled: (outcome: SendOutcome) => void): void {
    runUnobserved(() => {
      const size = payloadSize(outgoing.envelope);
      const entry = { outgoing, size, ticket: this.#settlements.begin(), settled };
      this.#tell(observer => observer.onHandedOver?.(outgoing));
      this.#accept(entry);
      if (this.#closing === undefined) this.#reporter?.reportIfDue();
    });
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
   * Refuses new envelopes, flushes, spools or gives up what is left, all within `timeoutMillis`, and releases connections
   * and timers. Resolves with whether everything was settled in time; never rejects. Later calls wait for the first.
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
    return !this.#isQueueFull && !this.#rateLimiter.limitsTraces;
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
      ...(this.#spool && { spool: this.#spool.snapshot() }),
    };
  }

  #accept(entry: QueuedEnvelope): void {
    if (this.#closing !== undefined) this.#settle(entry, { kind: 'dropped', reason: 'queue_overflow' });
    else if (this.#isLimited(entry)) this.#settle(entry, { kind: 'dropped', reason: 'ratelimit_backoff' });
    else if (this.#inFlight < this.#options.concurrency && this.#queue.length === 0) this.#deliver(entry);
    else if (!this.#queue.offer(entry)) {
      this.#reportQueueFull(true);
      this.#settle(entry, { kind: 'dropped', reason: 'queue_overflow' });
    }
  }

  /** Starts what may start. A limit that came up while an envelope waited stops it here. */
  #pump(): void {
    // What fails at once comes back here while it is being started.
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#inFlight < this.#options.concurrency) {
      const entry = this.#queue.take();
      if (entry === undefined) break;
      if (this.#isLimited(entry)) this.#settle(entry, { kind: 'dropped', reason: 'ratelimit_backoff' });
      else this.#deliver(entry);
    }
    this.#isPumping = false;
    if (this.#isQueueFull && this.#queue.isRelaxed) this.#reportQueueFull(false);
  }

  #deliver(entry: QueuedEnvelope): void {
    this.#inFlight++;
    this.#attempt(this.#sendEnvelope, entry.outgoing, outcome =>
      keepUnsent(this.#spool, entry.outgoing, outcome, fate => {
        this.#inFlight--;
        this.#settle(entry, fate);
        this.#pump();
      }),
    );
  }

  #attempt(send: SendEnvelope, { envelope }: OutgoingEnvelope, done: (outcome: SendOutcome) => void): void {
    const timeoutMillis = this.#options.requestTimeoutMillis;
    attempt(send, envelope, { rateLimiter: this.#rateLimiter, log: this.#log, timeoutMillis }, done);
  }

  /** Beside the queue: nothing new has to wait for what was spooled. */
  async #replay(send: SendEnvelope, outgoing: OutgoingEnvelope): Promise<SendOutcome> {
    const outcome = await new Promise<SendOutcome>(resolve => this.#attempt(send, outgoing, resolve));
    if (outcome.kind !== 'failed') this.#book(outcome, outgoing.quantities);
    return outcome;
  }

  #settle(entry: QueuedEnvelope, outcome: SendOutcome): void {
    this.#book(outcome, entry.outgoing.quantities);
    this.#tell(observer => observer.onSettled?.(outcome, entry.outgoing));
    this.#settlements.end(entry.ticket);
    entry.settled(outcome);
  }

  #book(outcome: SendOutcome, quantities: readonly Quantity[]): void {
    this.#ledger.book(outcome, quantities);
    if (outcome.kind === 'delivered') this.#spool?.reachable();
    if (!this.#cancellation.isCancelled) this.#log.outcome(outcome);
    else if (lossReason(outcome) === 'network_error') this.#abandoned++;
  }

  async #drain(): Promise<void> {
    await this.#settlements.settled();
    await this.#reporter?.report();
  }

  async #close(timeoutMillis: number): Promise<boolean> {
    const { clock, transport } = this.#options;
    const deadline = clock.monotonicMillis() + timeoutMillis;
    const reserve = spoolingMillis(this.#spool, timeoutMillis, this.#ledger.lastOutcome);
    const inTime = await this.flush(timeoutMillis - reserve);
    this.#reporter?.stop();
    this.#cancellation.cancel(new Error('closed'));
    for (let entry = this.#queue.take(); entry !== undefined; entry = this.#queue.take()) this.#giveUp(entry);
    const settled = this.#settlements.settled();
    const isKept = this.#spool !== undefined && (await closeSpool(this.#spool, settled, deadline, clock));
    await settled;
    if (this.#abandoned > 0) this.#log.abandoned(this.#abandoned);
    guard('closing the transport', undefined, () => void isPromise(transport.close?.()));
    return inTime || isKept;
  }

  /** What is queued when the time is over is lost because the network was too slow for it. */
  #giveUp(entry: QueuedEnvelope): void {
    const lost: SendOutcome = { kind: 'dropped', reason: 'network_error' };
    keepUnsent(this.#spool, entry.outgoing, lost, fate => this.#settle(entry, fate));
  }

  #isLimited(entry: QueuedEnvelope): boolean {
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
}
