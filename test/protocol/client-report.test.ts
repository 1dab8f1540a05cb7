import assert from 'node:assert/strict';
import { clientReportItem } from '../../src/protocol/client-report.js';
import type { DataCategory, DropReason, Loss } from '../../src/protocol/loss-counter.js';

/** https://develop.sentry.dev/sdk/data-model/envelopes/#size-limits */
const MAX_CLIENT_REPORT_BYTES = 4096;

describe('clientReportItem', () => {
  it('lists every loss', () => {
    const losses: Loss[] = [
      { reason: 'ratelimit_backoff', category: 'transaction', quantity: 1 },
      { reason: 'ratelimit_backoff', category: 'span', quantity: 4 },
    ];
    assert.deepEqual(clientReportItem(losses, 1_795_169_790.5), {
      headers: { type: 'client_report' },
      payload:
        '{"timestamp":1795169790.5,"discarded_events":[' +
        '{"reason":"ratelimit_backoff","category":"transaction","quantity":1},' +
        '{"reason":"ratelimit_backoff","category":"span","quantity":4}]}',
    });
  });

  it('does not pass on anything else a loss may carry', () => {
    const loss = { reason: 'ignored', category: 'span', quantity: 1, secret: 'x' } as const;
    assert.doesNotMatch(String(clientReportItem([loss], 0).payload), /secret/);
  });

  it('stays within the size limit with everything that goes wrong together', () => {
    const reasons: DropReason[] = [
      'before_send',
      'queue_overflow',
      'ratelimit_backoff',
      'network_error',
      'sample_rate',
      'send_error',
      'buffer_overflow',
      'ignored',
      'backpressure',
      'internal_sdk_error',
    ];
    const categories: DataCategory[] = ['error', 'transaction', 'span', 'profile'];
    const losses = reasons.flatMap(reason =>
      categories.map(category => ({ reason, category, quantity: 1_000_000 })),
    );
    assert.ok(clientReportItem(losses, 1_795_169_790.512).payload.length < MAX_CLIENT_REPORT_BYTES);
  });
});
