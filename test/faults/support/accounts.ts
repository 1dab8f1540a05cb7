import assert from 'node:assert/strict';
import type { FakeSentry } from '../../support/fake-sentry.js';
import type { Quantities, Statement } from './application.js';

interface Quantity {
  readonly category: string;
  readonly quantity: number;
}

export function sumsOf(quantities: readonly Quantity[]): Quantities {
  const sums: Quantities = {};
  for (const { category, quantity } of quantities) sums[category] = (sums[category] ?? 0) + quantity;
  return sums;
}

/** What ended is what arrived, what Sentry counted, what was counted here, and what is on disk: nothing more, nothing less. */
export function assertExact({ ended, diagnosis }: Statement): void {
  const { delivery, losses } = diagnosis;
  assert.ok(delivery !== undefined);
  const { delivered, rateLimitedBySentry, spool, queuedItems, inFlight } = delivery;
  assert.deepEqual([queuedItems, inFlight, diagnosis.bufferedSpans], [0, 0, 0], 'something is underway');
  assert.deepEqual(
    sumsOf([...delivered, ...rateLimitedBySentry, ...losses, ...(spool?.quantities ?? [])]),
    ended,
  );
}

/** Losses as client reports tell them: `reason/category` to their sum. */
export function lossesOf({ diagnosis }: Statement): Record<string, number> {
  return Object.fromEntries(
    diagnosis.losses.map(({ reason, category, quantity }) => [`${reason}/${category}`, quantity]),
  );
}

/** Ids of the transactions that were accepted by one server or another, in order of arrival. */
export function acceptedIds(...servers: readonly FakeSentry[]): string[] {
  return servers.flatMap(server =>
    server.acceptedEnvelopes
      .filter(({ items }) => items.some(({ headers }) => headers['type'] === 'transaction'))
      .map(({ headers }) => String(headers['event_id'])),
  );
}

/** Sums of client reports of several servers. */
export function reported(...servers: readonly FakeSentry[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const server of servers) {
    for (const [key, quantity] of Object.entries(server.reportedLosses()))
      sums[key] = (sums[key] ?? 0) + quantity;
  }
  return sums;
}
