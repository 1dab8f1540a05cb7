import type { Clock } from './clock.js';
import type { ReadableSpan, Resource, WritableSpan } from './otel/types.js';
import type { EnvelopeItem } from './protocol/envelope.js';
import type { DataCategory, DropReason, LossCounter } from './protocol/loss-counter.js';
import type { TransactionEvent } from './protocol/transaction.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';

/** Makes profiles for a bridge: the option `profiler`. `SentryProfiler` is one. */
export interface ProfileSource {
  /** Called once, by the bridge it is an option of, and only if that has somewhere to send to. Undefined: there is nothing to profile. */
  attach(host: ProfileHost): ProfileObserver | undefined;
}

/** What a profiler gets from its bridge. */
export interface ProfileHost {
  /** The time spans are compared with. */
  readonly clock: Clock;
  /** Where profiles that are not sent are counted. */
  readonly losses: LossCounter;
  /** The option of the bridge. */
  readonly dist: string | undefined;
  /** False when spans are sent as they end. */
  readonly hasTransactions: boolean;
  /** Whose profiles these are. */
  identify(resource: Resource | undefined): {
    readonly environment: string;
    readonly release: string | undefined;
  };
  /** Whether Sentry takes nothing of this category now. */
  isLimited(category: DataCategory): boolean;
  /** Hands an envelope over; never throws. */
  send(outgoing: OutgoingEnvelope): void;
  /** There will be something to send: it is asked for before the process ends for want of work. */
  recording(): void;
}

/**
 * What a bridge tells its profiler, and what it asks it for. Only local trees that are to be sent are told of; `segment`
 * is the same object for all spans of one of them.
 */
export interface ProfileObserver {
  /** A local root that is sampled has started. */
  rootStarted(root: WritableSpan, segment: object): void;
  /** A descendant of such a root has started. */
  childStarted(span: WritableSpan, segment: object): void;
  /** Such a root has ended; its transaction may still wait for descendants. */
  rootEnded(root: ReadableSpan, segment: object): void;
  /** The transaction is about to be serialised: adds what links it to its profile. Returns what is to travel with it. */
  complete(event: TransactionEvent, root: ReadableSpan, segment: object): EnvelopeItem[];
  /** The transaction will not be sent. */
  dropped(root: ReadableSpan, segment: object, reason: DropReason): void;
  /** Sends what has been recorded so far. */
  flush(): void;
  /** Sends what has been recorded and records nothing more. Trees that have ended may still be completed. */
  close(): void;
}
