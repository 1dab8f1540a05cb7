import type { Clock } from '../clock.js';
import { describeError, guard, log } from '../otel/diagnostics.js';
import { StateLog } from '../otel/state-log.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { payloadSize, type SdkInfo } from '../protocol/envelope.js';
import { Cancellation } from './cancellation.js';
import { setDeadline, settlesWithin } from './deadline.js';
import type { DeliveryObserver } from './delivery-options.js';
import { createEnvelopeSender, UnsendableError, type SendEnvelope } from './envelope-sender.js';
import { holdProcess } from './hold-process.js';
import type { OutgoingEnvelope } from './outgoing-envelope.js';
import { SendQueue } from './send-queue.js';
import { Settlements } from './settlements.js';
import { SpotlightBackoff } from './spotlight-backoff.js';
import { outcomeOf, type SendOutcome, type Transport, type TransportResponse } from './transport.js';

/** Copies that wait; the oldest make room. What a developer looks at next, not more. */
export const MAX_WAITING_COPIES = 100;
/** Bytes of copies that wait. */
export const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** Copies on their way; one when the last attempt has failed. */
export const MAX_COPIES_IN_FLIGHT = 4;
/** Milliseconds a copy may take: Spotlight runs on the same machine, and takes a few. */
export const COPY_TIMEOUT_MILLIS = 2000;
/** Milliseconds that are spent at most on waiting for Spotlight when the application flushes or closes. */
export const MAX_WAIT_MILLIS = 1000;

export interface SpotlightOptions {
  /** Posts to Spotlight. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly sdk: SdkInfo;
  /** What to call it in the log: its URL without secrets. */
  readonly address: string;
  /** Is told what became of each copy. */
  readonly observer?: DeliveryObserver | undefined;
}

interface Copy {
  readonly outgoing: OutgoingEnvelope;
  readonly size: number;
  readonly ticket: number;
}

/**
 * Sends a copy of every envelope to Spotlight, when and as far as it can take them. Whatever goes wrong costs copies
 * and nothing else. https://develop.sentry.dev/sdk/expected-features/spotlight/
 */
export class Spotlight implements DeliveryObserver {
  readonly #options: SpotlightOptions;
  readonly #send: SendEnvelope;
  readonly #cancellation = new Cancellation();
  readonly #queue = new SendQueue<Copy>({ maxItems: MAX_WAITING_COPIES, maxBytes: MAX_WAITING_BYTES });
  readonly #settlements = new Settlements();
  readonly #backoff = new SpotlightBackoff();
  readonly #unreachable: StateLog;
  #inFlight = 0;
  #endPause: (() => void) | undefined;
  #problem = '';
  #closing: Promise<void> | undefined;

  constructor(options: SpotlightOptions) {
    const { transport, clock, sdk, address } = options;
    this.#options = options;
    this.#send = createEnvelopeSender({
      transport,
      clock,
      sdk,
      cancellation: this.#cancellation,
      dsn: undefined,
    });
    this.#unreachable = new StateLog(
      () => log.warn(`Spotlight at ${address} takes no envelopes (${this.#problem}); trying again`),
      () => log.info(`Spotlight at ${address} takes envelopes again`),
    );
  }

  /** Takes a copy. Never throws, never waits. */
  onHandedOver(outgoing: OutgoingEnvelope): void {
    const copy = { outgoing, size: payloadSize(outgoing.envelope), ticket: this.#settlements.begin() };
    const isTaken = this.#closing === undefined && this.#enqueue(copy);
    if (isTaken) runUnobserved(() => this.#pump());
    else this.#settle(copy, { kind: 'dropped', reason: 'queue_overflow' });
  }

  /** Waits for the copies taken so far, unless Spotlight is in trouble; at most for `timeoutMillis`, and a second. */
  flush(timeoutMillis: number): Promise<void> {
    return runUnobserved(async () => {
      if (this.#endPause !== undefined) return;
      const millis = Math.min(timeoutMillis, MAX_WAIT_MILLIS);
      const release = holdProcess(millis);
      await settlesWithin(this.#settlements.settled(), millis, this.#options.clock);
      release();
    });
  }

  /** Takes no more, flushes, gives up what is left then, and releases the transport. */
  close(timeoutMillis: number): Promise<void> {
    this.#closing ??= this.#close(timeoutMillis);
    return this.#closing;
  }

  /** Makes room for a copy, unless it would need more than there can be. */
  #enqueue(copy: Copy): boolean {
    if (copy.size > MAX_WAITING_BYTES) return false;
    while (!this.#queue.offer(copy)) {
      const oldest = this.#queue.take();
      if (oldest === undefined) return false;
      this.#settle(oldest, { kind: 'dropped', reason: 'queue_overflow' });
    }
    return true;
  }

  #pump(): void {
    const room = this.#backoff.isTrouble ? 1 : MAX_COPIES_IN_FLIGHT;
    while (this.#endPause === undefined && this.#inFlight < room) {
      const copy = this.#queue.take();
      if (copy === undefined) return;
      void this.#post(copy);
    }
  }

  async #post(copy: Copy): Promise<void> {
    this.#inFlight++;
    const outcome = await this.#attempt(copy);
    this.#inFlight--;
    if (!this.#cancellation.isCancelled) this.#learn(outcome);
    this.#settle(copy, outcome);
    this.#pump();
  }

  async #attempt({ outgoing }: Copy): Promise<SendOutcome> {
    const result = await new Promise<TransportResponse | Error>(resolve =>
      this.#send(outgoing.envelope, COPY_TIMEOUT_MILLIS, resolve),
    );
    if (!(result instanceof Error)) return outcomeOf(result);
    const isOurs = result instanceof UnsendableError;
    return isOurs ? { kind: 'dropped', reason: 'internal_sdk_error' } : { kind: 'failed', error: result };
  }

  #learn(outcome: SendOutcome): void {
    if (outcome.kind === 'dropped') return;
    if (outcome.kind === 'delivered') this.#backoff.succeeded();
    else if (this.#endPause === undefined) this.#pause();
    if (outcome.kind !== 'delivered') this.#problem = problemOf(outcome);
    this.#unreachable.report(outcome.kind !== 'delivered');
  }

  #pause(): void {
    const resume = () => {
      this.#endPause = undefined;
      this.#pump();
    };
    this.#endPause = setDeadline(this.#options.clock, resume, this.#backoff.failed());
  }

  #settle(copy: Copy, outcome: SendOutcome): void {
    const { observer } = this.#options;
    guard('an observer of Spotlight', undefined, () => observer?.onSettled?.(outcome, copy.outgoing));
    this.#settlements.end(copy.ticket);
  }

  async #close(timeoutMillis: number): Promise<void> {
    await this.flush(timeoutMillis);
    this.#endPause?.();
    this.#cancellation.cancel(new Error('closed'));
    for (let copy = this.#queue.take(); copy !== undefined; copy = this.#queue.take()) {
      this.#settle(copy, { kind: 'dropped', reason: 'queue_overflow' });
    }
    guard('closing the connection to Spotlight', undefined, () => this.#options.transport.close?.());
  }
}

function problemOf(outcome: SendOutcome): string {
  if (outcome.kind === 'failed') {
    // The error for a host with several addresses, as localhost has them, says nothing else.
    const { error } = outcome;
    return 'code' in error && typeof error.code === 'string' ? error.code : describeError(error);
  }
  return `HTTP status ${outcome.kind === 'rejected' ? outcome.statusCode : 429}`;
}
