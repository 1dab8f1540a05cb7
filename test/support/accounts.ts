import assert from 'node:assert/strict';
import type { LossCounter } from '../../src/protocol/loss-counter.js';
import type { Delivery } from '../../src/transport/delivery.js';
import type { OutgoingEnvelope, Quantity } from '../../src/transport/outgoing-envelope.js';

/** Losses as `{ 'reason/category': quantity }`. */
export function lossesOf(losses: LossCounter): Record<string, number> {
  return Object.fromEntries(
    losses.totals().map(({ reason, category, quantity }) => [`${reason}/${category}`, quantity]),
  );
}

/** What was handed over is what arrived, what Sentry counted and what we counted; nothing more, nothing less. */
export function assertBalanced(
  delivery: Delivery,
  losses: LossCounter,
  handedOver: readonly OutgoingEnvelope[],
): void {
  const { delivered, rateLimitedBySentry } = delivery.snapshot();
  assert.deepEqual(
    sumsOf([...delivered, ...rateLimitedBySentry, ...losses.totals()]),
    sumsOf(handedOver.flatMap(({ quantities }) => quantities)),
  );
}

function sumsOf(quantities: readonly Quantity[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { category, quantity } of quantities) sums[category] = (sums[category] ?? 0) + quantity;
  return sums;
}
