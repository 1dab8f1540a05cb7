import { createConversionSettings } from './conversion-settings.js';
import type { ConversionSettings } from './conversion/settings.js';
import { toTransaction } from './conversion/transaction.js';
import { ErrorReports } from './errors/error-reports.js';
import { createEventIds } from './event-id.js';
import { UserFilters } from './filtering/user-filters.js';
import { applicationFolder } from './node-contexts.js';
import { describeError, guard, log } from './otel/diagnostics.js';
import type { SpanTree } from './otel/span-tree.js';
import { envelopeTrace, type DynamicSamplingContext } from './protocol/dynamic-sampling-context.js';
import type { ErrorEvent } from './protocol/error-event.js';
import { toJson } from './protocol/json.js';
import type { TransactionEvent } from './protocol/transaction.js';
import { SDK } from './sdk-info.js';
import type { Shared } from './shared.js';
import type { SegmentRecord } from './trace-state/segment-record.js';
import { fitTransaction } from './sizing/fit-transaction.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';

/** Makes the envelopes of a finished tree. What cannot be converted, or is not to be sent, is counted; nothing is thrown. */
export class EnvelopeBuilder {
  readonly #shared: Shared;
  readonly #settings: ConversionSettings;
  readonly #filters: UserFilters;
  readonly #errors: ErrorReports;
  readonly #publicKey: string;
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
  build(tree: SpanTree, record: SegmentRecord): OutgoingEnvelope[] {
    const transaction = guard('building a transaction', undefined, () => this.#convert(tree, record));
    if (transaction === undefined) return this.#lose(tree.descendants.length);
    const dsc = record.dsc(this.#shared.identify);
    const trace = envelopeTrace(dsc, transaction.contexts.trace.trace_id, this.#publicKey);
    const filtered = this.#filters.apply(transaction, tree);
    // Errors take over what they share with the transaction as the hooks left it: what was removed there stays away.
    const errors = this.#errorEnvelopes(tree, filtered ?? transaction, trace);
    const envelopes = filtered === undefined ? [] : this.#transactionEnvelopes(filtered, trace);
    return [...envelopes, ...errors];
  }

  #convert(tree: SpanTree, { sampleRate }: SegmentRecord): TransactionEvent | undefined {
    return toTransaction(
      tree,
      { eventId: this.#newEventId(), settings: this.#settings, sampleRate },
      (_span, error) => {
        log.error(`a span could not be converted: ${describeError(error)}`);
        this.#shared.losses.add('internal_sdk_error', 'span');
      },
    );
  }

  #errorEnvelopes(
    tree: SpanTree,
    transaction: TransactionEvent,
    trace: DynamicSamplingContext,
  ): OutgoingEnvelope[] {
    const errors = guard('reporting exceptions', [], () => this.#errors.of(tree, transaction));
    return errors.flatMap(error => {
      const envelope = guard('serialising an error', undefined, () => errorEnvelope(error, trace));
      if (envelope === undefined) this.#shared.losses.add('callback_error', 'error');
      return envelope ?? [];
    });
  }

  #transactionEnvelopes(event: TransactionEvent, trace: DynamicSamplingContext): OutgoingEnvelope[] {
    // Only what a hook put into the event can be JSON when it is looked at and no longer when it is written.
    const fitted = guard('serialising a transaction', undefined, () => fitTransaction(event));
    if (fitted === undefined) return this.#lose(event.spans.length, 'callback_error');
    this.#shared.losses.add('buffer_overflow', 'span', fitted.removedSpans);
    return [
      {
        envelope: {
          headers: { event_id: event.event_id, sdk: SDK, trace },
          items: [{ headers: { type: 'transaction' }, payload: fitted.json }],
        },
        category: 'transaction',
        quantities: [
          { category: 'transaction', quantity: 1 },
          { category: 'span', quantity: event.spans.length + 1 },
        ],
      },
    ];
  }

  #lose(children: number, reason: 'internal_sdk_error' | 'callback_error' = 'internal_sdk_error'): [] {
    this.#shared.losses.add(reason, 'transaction');
    this.#shared.losses.add(reason, 'span', children + 1);
    return [];
  }
}

function errorEnvelope(error: ErrorEvent, trace: DynamicSamplingContext): OutgoingEnvelope {
  return {
    envelope: {
      headers: { event_id: error.event_id, sdk: SDK, trace },
      items: [{ headers: { type: 'event' }, payload: toJson(error) }],
    },
    category: 'error',
    quantities: [{ category: 'error', quantity: 1 }],
  };
}
