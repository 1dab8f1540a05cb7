import type { FakeSentry } from '../../support/fake-sentry.js';
import { jsonOf, type ParsedItem } from '../../support/parse-envelope.js';
import type { TransactionEvent } from '../../../src/protocol/transaction.js';

/** What came in an item, with the sampling context of its envelope. */
export interface ReceivedItem {
  readonly headers: ParsedItem['headers'];
  readonly payload: unknown;
  readonly trace: Readonly<Record<string, unknown>> | undefined;
}

/** Everything of a type that has arrived, whoever sent it. */
export function itemsOf(sentry: FakeSentry, type: string): ReceivedItem[] {
  return sentry.envelopes.flatMap(({ headers, items }) =>
    items
      .filter(item => item.headers['type'] === type)
      .map(item => ({
        headers: item.headers,
        payload: jsonOf(item),
        trace: isRecord(headers['trace']) ? headers['trace'] : undefined,
      })),
  );
}

/** Transactions that have arrived, in the order of their names. */
export function transactionsOf(sentry: FakeSentry): TransactionEvent[] {
  return itemsOf(sentry, 'transaction')
    .map(({ payload }) => asTransaction(payload))
    .sort((a, b) => a.transaction.localeCompare(b.transaction));
}

export function transactionNamed(sentry: FakeSentry, name: string): TransactionEvent {
  const all = transactionsOf(sentry);
  const found = all.find(({ transaction }) => transaction === name);
  if (found === undefined)
    throw new Error(`no "${name}" in ${all.map(({ transaction }) => transaction).join(', ')}`);
  return found;
}

/** Resolves when `find` finds something in what has arrived. */
export async function arrival<T>(sentry: FakeSentry, find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await sentry.received(sentry.requests.length + 1);
  }
}

export function asTransaction(payload: unknown): TransactionEvent {
  if (!isTransaction(payload)) throw new TypeError('not a transaction');
  return payload;
}

function isTransaction(payload: unknown): payload is TransactionEvent {
  return isRecord(payload) && payload['type'] === 'transaction';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
