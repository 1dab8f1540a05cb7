import { createConversionSettings } from './conversion-settings.js';
import type { ConversionSettings } from './conversion/settings.js';
import { toTransaction } from './conversion/transaction.js';
import { ErrorReports } from './errors/error-reports.js';
import { randomEventId } from './event-id.js';
import { UserFilters } from './filtering/user-filters.js';
import { applicationFolder } from './node-contexts.js';
import { describeError, log } from './otel/diagnostics.js';
import type { SpanTree } from './otel/span-tree.js';
import { envelopeTrace, type DynamicSamplingContext } from './protocol/dynamic-sampling-context.js';
import type { ErrorEvent } from './protocol/error-event.js';
import type { TransactionEvent } from './protocol/transaction.js';
import { SDK } from './sdk-info.js';
import type { Shared } from './shared.js';
import type { SegmentRecord } from './trace-state/segment-record.js';
import type { OutgoingEnvelope, Quantity } from './transport/outgoing-envelope.js';

/** Makes the envelopes of a finished tree. What cannot be converted, or is not to be sent, is counted; nothing is thrown. */
export class EnvelopeBuilder {
  readonly #shared: Shared;
  readonly #settings: ConversionSettings;
  readonly #filters: UserFilters;
  readonly #errors: ErrorReports;
  readonly #publicKey: string;

  constructor(shared: Shared, publicKey: string) {
    const { config, losses, recordedErrors } = shared;
    this.#shared = shared;
    this.#publicKey = publicKey;
    this.#settings = createConversionSettings(config);
    this.#filters = new UserFilters(config, losses);
    this.#errors = new ErrorReports(
      { ...config, modulePath: applicationFolder() },
      recordedErrors,
      randomEventId,
    );
  }

  /** The transaction, if it is to be sent, and an envelope for each of its errors. */
  build(tree: SpanTree, record: SegmentRecord): OutgoingEnvelope[] {
    try {
      const transaction = this.#convert(tree, record);
      if (transaction === undefined) return this.#lose(tree);
      const trace = this.#trace(record, transaction.contexts.trace.trace_id);
      const errors = this.#errors
        .of(tree, transaction)
        .map(error => envelopeOf(error, 'event', trace, ERROR));
      const filtered = this.#filters.apply(transaction);
      if (filtered === undefined) return errors;
      return [envelopeOf(filtered, 'transaction', trace, transactionQuantities(filtered)), ...errors];
    } catch (error) {
      log.error(`a transaction could not be built: ${describeError(error)}`);
      return this.#lose(tree);
    }
  }

  #convert(tree: SpanTree, { sampleRate }: SegmentRecord): TransactionEvent | undefined {
    return toTransaction(
      tree,
      { eventId: randomEventId(), settings: this.#settings, sampleRate },
      (_span, error) => {
        log.error(`a span could not be converted: ${describeError(error)}`);
        this.#shared.losses.add('internal_sdk_error', 'span');
      },
    );
  }

  #lose(tree: SpanTree): [] {
    this.#shared.losses.add('internal_sdk_error', 'transaction');
    this.#shared.losses.add('internal_sdk_error', 'span', tree.descendants.length + 1);
    return [];
  }

  #trace(record: SegmentRecord, traceId: string): DynamicSamplingContext {
    return envelopeTrace(record.dsc(this.#shared.identify), traceId, this.#publicKey);
  }
}

const ERROR: readonly Quantity[] = [{ category: 'error', quantity: 1 }];

function transactionQuantities({ spans }: TransactionEvent): Quantity[] {
  return [
    { category: 'transaction', quantity: 1 },
    { category: 'span', quantity: spans.length + 1 },
  ];
}

function envelopeOf(
  event: TransactionEvent | ErrorEvent,
  type: 'transaction' | 'event',
  trace: DynamicSamplingContext,
  quantities: readonly Quantity[],
): OutgoingEnvelope {
  return {
    envelope: {
      headers: { event_id: event.event_id, sdk: SDK, trace },
      items: [{ headers: { type }, payload: JSON.stringify(event) }],
    },
    category: type === 'event' ? 'error' : 'transaction',
    quantities,
  };
}
