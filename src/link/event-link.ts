import { activeTrace, traceContextOf } from './active-trace.js';
import type { SamplingContexts } from './sampling-context.js';
import type { SdkClient } from './sdk-client.js';
import { transactionName, type TransactionName } from './transaction-name.js';
import { isRecord, recordOf, type UnknownRecord } from './unknown-record.js';

/** How the SDK's HTTP integration names what it has seen no route of. */
const REQUEST_LINE = /^[A-Z]+ \//;

/** Puts errors and messages on the trace of the span in which they are captured. */
export class EventLink {
  readonly #contexts: SamplingContexts;
  /** By the hint of the capture: it stays the same from hook to hook, the event is copied. */
  readonly #names = new WeakMap<object, TransactionName>();

  constructor(contexts: SamplingContexts) {
    this.#contexts = contexts;
  }

  /** Called while the span is still active. An event that names another trace, and what is no error or message, stays as it is. */
  addTrace(event: unknown, hint: unknown, client: SdkClient): void {
    if (!isErrorOrMessage(event)) return;
    const active = activeTrace();
    if (active === undefined) return;
    const contexts = recordOf(event['contexts']);
    const named = recordOf(contexts['trace']);
    if (named['trace_id'] !== undefined && named['trace_id'] !== active.traceId) return;
    event['contexts'] = { ...contexts, trace: { ...named, ...traceContextOf(active) } };
    const { publicKey } = client;
    if (publicKey !== undefined) {
      event['sdkProcessingMetadata'] = {
        ...recordOf(event['sdkProcessingMetadata']),
        dynamicSamplingContext: this.#contexts.of(active, publicKey),
      };
    }
    const name = transactionName(active.span);
    if (name !== undefined && isRecord(hint)) this.#names.set(hint, name);
  }

  /** Called when the SDK has applied its scopes, whose names win over those of events. */
  addTransactionName(event: unknown, hint: unknown): void {
    const name = isRecord(hint) ? this.#names.get(hint) : undefined;
    if (name === undefined || !isErrorOrMessage(event)) return;
    const { transaction } = event;
    const isGuess = typeof transaction === 'string' && REQUEST_LINE.test(transaction) && !name.isUrl;
    if (transaction === undefined || isGuess) event['transaction'] = name.text;
  }
}

/** Everything else has a type: transactions, profiles, replays, feedback. */
function isErrorOrMessage(event: unknown): event is UnknownRecord {
  return isRecord(event) && event['type'] === undefined;
}
