import process from 'node:process';
import type { Config } from './config/config.js';
import { withoutSecrets } from './config/http-url.js';
import { describeError } from './otel/diagnostics.js';
import { printDsn } from './protocol/dsn.js';
import type { EnvelopeItem } from './protocol/envelope.js';
import type { DeliveryObserver } from './transport/delivery-options.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';
import type { SendOutcome } from './transport/transport.js';

/** Characters of one line; names and errors may be of any length. */
const MAX_LINE_CHARS = 500;

export type PrintLine = (line: string) => void;

/**
 * Prints what the bridge does, for somebody who tries it out: where it sends and how it samples, then each envelope
 * and what became of it. Neither secrets nor contents.
 */
export class DebugPrinter implements DeliveryObserver {
  readonly #print: PrintLine;

  constructor(print: PrintLine = printToStderr) {
    this.#print = line => print(`[otel-sentry-bridge] ${onOneLine(line)}`);
  }

  started(config: Config): void {
    const { dsn, spotlight, tunnel } = config;
    const parts = [
      dsn === undefined ? 'no dsn' : `dsn ${printDsn(dsn)}`,
      ...(tunnel === undefined ? [] : [`tunnel ${withoutSecrets(tunnel)}`]),
      ...(spotlight === undefined ? [] : [`Spotlight ${withoutSecrets(spotlight)}`]),
      `sampling ${samplingOf(config)}`,
    ];
    this.#print(`started: ${parts.join(', ')}`);
  }

  onSettled(outcome: SendOutcome, outgoing: OutgoingEnvelope): void {
    const traceId = outgoing.envelope.headers.trace?.['trace_id'];
    const spans = outgoing.quantities.find(({ category }) => category === 'span')?.quantity;
    const parts = [
      ...outgoing.envelope.items.map(describeItem),
      ...(spans === undefined ? [] : [`spans ${spans}`]),
      ...(traceId === undefined ? [] : [`trace ${traceId}`]),
    ];
    this.#print(`${parts.join(', ')}: ${describeOutcome(outcome)}`);
  }
}

function samplingOf({ tracesSampler, tracesSampleRate }: Config): string {
  if (tracesSampler !== undefined) return 'by tracesSampler';
  return tracesSampleRate === undefined ? 'off (no tracesSampleRate)' : `at rate ${tracesSampleRate}`;
}

function describeItem({ headers, payload }: EnvelopeItem): string {
  const name = typeof payload === 'string' ? transactionNameOf(payload) : undefined;
  return name === undefined ? headers.type : `${headers.type} ${JSON.stringify(name)}`;
}

/** Of an error, this is the transaction it happened in. */
function transactionNameOf(payload: string): string | undefined {
  try {
    const event: unknown = JSON.parse(payload);
    const isNamed = typeof event === 'object' && event !== null && 'transaction' in event;
    // Of a profile, this is an object: its transaction is in the same envelope.
    return isNamed && typeof event.transaction === 'string' ? event.transaction : undefined;
  } catch {
    return undefined;
  }
}

function describeOutcome(outcome: SendOutcome): string {
  switch (outcome.kind) {
    case 'delivered':
      return 'delivered';
    case 'rate_limited':
      return 'refused, as Sentry limits rates (429)';
    case 'rejected':
      return `rejected with status ${outcome.statusCode}`;
    case 'failed':
      return `not delivered (${describeError(outcome.error)})`;
    case 'spooled':
      return `kept on disk (${describeError(outcome.error)})`;
    case 'dropped':
      return `dropped (${outcome.reason})`;
    default:
      return outcome satisfies never;
  }
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, MAX_LINE_CHARS);
}

function printToStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
