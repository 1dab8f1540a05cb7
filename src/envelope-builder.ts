import { createConversionSettings } from './conversion-settings.js';
import type { ConversionSettings } from './conversion/settings.js';
import { convertTree } from './conversion/transaction.js';
import { errorEnvelopes } from './error-envelope.js';
import { ErrorReports } from './errors/error-reports.js';
import { createEventIds } from './event-id.js';
import { UserFilters } from './filtering/user-filters.js';
import { applicationFolder } from './node-contexts.js';
import { describeError, guard, log, reportFailure } from './otel/diagnostics.js';
import type { SpanTree } from './otel/span-tree.js';
import type { ProfileObserver } from './profile-source.js';
import { envelopeTrace, type DynamicSamplingContext } from './protocol/dynamic-sampling-context.js';
import type { EnvelopeItem } from './protocol/envelope.js';
import type { DropReason } from './protocol/loss-counter.js';
import type { TransactionEvent } from './protocol/transaction.js';
import { SDK } from './sdk-info.js';
import { MAX_KEPT_SPANS, ShapeKeeper } from './shape-keeper.js';
import type { Shared } from './shared.js';
import { fitTransaction, type FittedTransaction } from './sizing/fit-transaction.js';
import type { Steps } from './steps.js';
import { takeGenAiSpans } from './streaming/gen-ai-spans.js';
import { spanItem } from './streaming/span-envelopes.js';
import { spansWeight } from './streaming/span-weight.js';
import type { SegmentRecord } from './trace-state/segment-record.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';

/** Makes the envelopes of a finished tree. What cannot be converted, or is not to be sent, is counted; nothing is thrown. */
export class EnvelopeBuilder {
  readonly #shared: Shared;
  readonly #settings: ConversionSettings;
  readonly #filters: UserFilters;
  readonly #errors: ErrorReports;
  readonly #publicKey: string;
  readonly #shapes = new ShapeKeeper();
  readonly #newEventId = createEventIds();

  constructor(shared: Shared, publicKey: string) {
    const { config, losses, recordedErrors } = shared;
    this.#shared = shared;
    this.#publicKey = publicKey;
    this.#settings = createConversionSettings(config);
    this.#filters = new UserFilters(config, losses);
    this.#errors = new ErrorReports(
      { ...config, modulePath: applicationFolder() },
      recordedErrors,
      this.#newEventId,
    );
  }

  /** The transaction, if it is to be sent, and an envelope for each of its errors. */
  *build(tree: SpanTree, record: SegmentRecord, profiler?: ProfileObserver): Steps<OutgoingEnvelope[]> {
    const transaction = yield* this.#convert(tree, record);
    const dropProfile = (reason: DropReason) => profiler?.dropped(tree.root, record, reason);
    if (transaction === undefined) {
      dropProfile('internal_sdk_error');
      return this.#lose(tree.descendants.length);
    }
    const dsc = record.dsc(this.#shared.identify);
    const trace = envelopeTrace(dsc, transaction.contexts.trace.trace_id, this.#publicKey);
    const filtered = this.#filters.apply(transaction, tree, dropProfile);
    if (filtered !== undefined)
      this.#shared.activity.named(filtered.transaction, filtered.transaction_info.source);
    // Errors take over what they share with the transaction as the hooks left it: what was removed there stays away.
    const errors = this.#errorEnvelopes(tree, filtered ?? transaction, trace);
    const profiles = filtered === undefined ? [] : (profiler?.complete(filtered, tree.root, record) ?? []);
    const envelopes =
      filtered === undefined
        ? []
        : yield* this.#transactionEnvelopes(filtered, tree, record, trace, profiles);
    return [...envelopes, ...errors];
  }

  *#convert(tree: SpanTree, { sampleRate }: SegmentRecord): Steps<TransactionEvent | undefined> {
    const input = { eventId: this.#newEventId(), settings: this.#settings, sampleRate };
    try {
      return yield* convertTree(tree, input, (_span, error) => {
        log.error(`a span could not be converted: ${describeError(error)}`);
        this.#shared.losses.add('internal_sdk_error', 'span');
      });
    } catch (error) {
      reportFailure('building a transaction', error);
      return undefined;
    }
  }

  #errorEnvelopes(
    tree: SpanTree,
    transaction: TransactionEvent,
    trace: DynamicSamplingContext,
  ): OutgoingEnvelope[] {
    const errors = guard('reporting exceptions', [], () => this.#errors.of(tree, transaction));
    return errorEnvelopes(errors, trace, this.#shared.losses);
  }

  /** Only what a hook put into the event can be JSON when it is looked at and no longer when it is written. */
  *#fit(event: TransactionEvent): Steps<FittedTransaction | undefined> {
    try {
      return yield* fitTransaction(event);
    } catch (error) {
      reportFailure('serialising a transaction', error);
      return undefined;
    }
  }

  *#transactionEnvelopes(
    event: TransactionEvent,
    tree: SpanTree,
    record: SegmentRecord,
    trace: DynamicSamplingContext,
    profiles: readonly EnvelopeItem[],
  ): Steps<OutgoingEnvelope[]> {
    const aside = this.#shared.config.streamGenAiSpans ? takeGenAiSpans(event) : [];
    const fitted = yield* this.#fit(event);
    if (fitted === undefined) {
      this.#shared.losses.add('callback_error', 'profile', profiles.length);
      return this.#lose(event.spans.length + aside.length, 'callback_error');
    }
    if (this.#shapes.isDue()) this.#keepSome(tree, record, event, fitted.json);
    this.#shared.losses.add('buffer_overflow', 'span', fitted.removedSpans);
    return [
      {
        envelope: {
          headers: { event_id: event.event_id, sdk: SDK, trace },
          items: [
            { headers: { type: 'transaction' }, payload: fitted.json },
            ...profiles,
            ...(aside.length > 0 ? [spanItem(aside)] : []),
          ],
        },
        category: 'transaction',
        quantities: [
          { category: 'transaction', quantity: 1 },
          { category: 'span', quantity: event.spans.length + aside.length + 1 },
          ...profiles.map(() => ({ category: 'profile', quantity: 1 }) as const),
        ],
      },
    ];
  }

  /** Of a long trace a few spans, which say what all look like. */
  #keepSome(tree: SpanTree, record: SegmentRecord, event: TransactionEvent, json: string): void {
    const { root, descendants } = tree;
    if (event.spans.length <= MAX_KEPT_SPANS) {
      this.#shapes.keep([tree, record, event], json.length + spansWeight([root, ...descendants]));
      return;
    }
    const spans = [root, ...descendants.slice(0, MAX_KEPT_SPANS)];
    const written = event.spans.slice(0, MAX_KEPT_SPANS);
    const share = written.length / event.spans.length;
    this.#shapes.keep([spans, record, event.contexts, written], share * json.length + spansWeight(spans));
  }

  #lose(children: number, reason: 'internal_sdk_error' | 'callback_error' = 'internal_sdk_error'): [] {
    this.#shared.losses.add(reason, 'transaction');
    this.#shared.losses.add(reason, 'span', children + 1);
    return [];
  }
}
