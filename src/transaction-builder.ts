import { createConversionSettings } from './conversion-settings.js';
import type { ConversionSettings } from './conversion/settings.js';
import { toTransaction } from './conversion/transaction.js';
import { randomEventId } from './event-id.js';
import { UserFilters } from './filtering/user-filters.js';
import { describeError, log } from './otel/diagnostics.js';
import type { SpanTree } from './otel/span-tree.js';
import { envelopeTrace } from './protocol/dynamic-sampling-context.js';
import type { TransactionEvent } from './protocol/transaction.js';
import { SDK } from './sdk-info.js';
import type { Shared } from './shared.js';
import type { SegmentRecord } from './trace-state/segment-record.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';

/** Makes the envelope of a finished tree. What cannot be converted, or is not to be sent, is counted; nothing is thrown. */
export class TransactionBuilder {
  readonly #shared: Shared;
  readonly #settings: ConversionSettings;
  readonly #filters: UserFilters;
  readonly #publicKey: string;

  constructor(shared: Shared, publicKey: string) {
    this.#shared = shared;
    this.#publicKey = publicKey;
    this.#settings = createConversionSettings(shared.config);
    this.#filters = new UserFilters(shared.config, shared.losses);
  }

  /** `undefined` when nothing is left to send. */
  build(tree: SpanTree, record: SegmentRecord): OutgoingEnvelope | undefined {
    const { losses } = this.#shared;
    try {
      const event = this.#convert(tree, record);
      if (event === undefined) return this.#lose(tree);
      const filtered = this.#filters.apply(event);
      return filtered && this.#toEnvelope(filtered, record);
    } catch (error) {
      log.error(`a transaction could not be built: ${describeError(error)}`);
      losses.add('internal_sdk_error', 'transaction');
      losses.add('internal_sdk_error', 'span', tree.descendants.length + 1);
      return undefined;
    }
  }

  #convert(tree: SpanTree, { sampleRate }: SegmentRecord): TransactionEvent | undefined {
    const input = {
      eventId: randomEventId(),
      settings: this.#settings,
      ...(sampleRate !== undefined && { sampleRate }),
    };
    return toTransaction(tree, input, (_span, error) => {
      log.error(`a span could not be converted: ${describeError(error)}`);
      this.#shared.losses.add('internal_sdk_error', 'span');
    });
  }

  #lose(tree: SpanTree): undefined {
    this.#shared.losses.add('internal_sdk_error', 'transaction');
    this.#shared.losses.add('internal_sdk_error', 'span', tree.descendants.length + 1);
  }

  #toEnvelope(event: TransactionEvent, record: SegmentRecord): OutgoingEnvelope {
    const trace = envelopeTrace(
      record.dsc(this.#shared.identify),
      event.contexts.trace.trace_id,
      this.#publicKey,
    );
    return {
      envelope: {
        headers: { event_id: event.event_id, sdk: SDK, trace },
        items: [{ headers: { type: 'transaction' }, payload: JSON.stringify(event) }],
      },
      category: 'transaction',
      quantities: [
        { category: 'transaction', quantity: 1 },
        { category: 'span', quantity: event.spans.length + 1 },
      ],
    };
  }
}
