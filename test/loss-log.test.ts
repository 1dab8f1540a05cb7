import assert from 'node:assert/strict';
import { RecordedLog } from './support/recorded-log.js';
import { Tracing, type TracingOptions } from './support/tracing.js';
import { LossCounter, type DropReason } from '../src/protocol/loss-counter.js';

const REASONS: readonly [reason: DropReason, options: TracingOptions][] = [
  ['sample_rate', { tracesSampleRate: 0 }],
  ['before_send', { beforeSendTransaction: () => null }],
  ['ignored', { ignoreTransactions: ['job'] }],
  ['buffer_overflow', { maxSpansPerTransaction: 1 }],
  ['send_error', { transport: { send: () => Promise.resolve({ statusCode: 500 }) } }],
  ['network_error', { transport: { send: () => Promise.reject(new Error('down')) } }],
];

describe('the first loss of each reason', () => {
  let log: RecordedLog;

  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  for (const [reason, options] of REASONS) {
    it(`is one warning, however many follow: ${reason}`, async () => {
      const tracing = new Tracing(options);
      for (let i = 0; i < 3; i++) {
        const root = tracing.start('job');
        for (let child = 0; child < 3; child++) tracing.start('child', root).end();
        root.end();
        await tracing.pass(5000);
      }
      const lines = log.lines.filter(line => line.includes('first loss'));
      assert.equal(lines.length, 1, log.lines.join('\n'));
      assert.match(lines[0] ?? '', new RegExp(`^warn: first loss with the reason ${reason}: \\w.*`));
    });
  }

  it('is told once, also when its report has been sent, and not of nothing', () => {
    const told: DropReason[] = [];
    const losses = new LossCounter(reason => told.push(reason));
    losses.add('before_send', 'span', 0);
    losses.add('ignored', 'span');
    losses.drain();
    losses.add('ignored', 'transaction');
    losses.add('before_send', 'span');
    assert.deepEqual(told, ['ignored', 'before_send']);
  });
});
