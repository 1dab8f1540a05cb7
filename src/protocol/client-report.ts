import type { EnvelopeItem } from './envelope.js';
import type { Loss } from './loss-counter.js';

/**
 * Item that tells Sentry what was lost on the way to it.
 * `timestampSeconds` is seconds since the epoch. https://develop.sentry.dev/sdk/telemetry/client-reports/
 */
export function clientReportItem(losses: readonly Loss[], timestampSeconds: number): EnvelopeItem {
  const discarded = losses.map(({ reason, category, quantity }) => ({ reason, category, quantity }));
  return {
    headers: { type: 'client_report' },
    payload: JSON.stringify({ timestamp: timestampSeconds, discarded_events: discarded }),
  };
}
