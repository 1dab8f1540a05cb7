import assert from 'node:assert/strict';
import type { SpanJson, TransactionEvent, TransactionHint } from '../../src/index.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { RecordedLog } from '../support/recorded-log.js';
import { Tracing } from '../support/tracing.js';

/** Longer than the wait for the turn to end. */
const TURN_MILLIS = 2;

describe('beforeSendSpan and beforeSendTransaction', () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  /** Two transactions of a root and a child, with the losses there were. */
  async function run(options: SentryBridgeOptions) {
    const tracing = new Tracing({ ...options, resource: { 'service.name': 'shop' } });
    for (const name of ['one', 'two']) {
      const root = tracing.start(name);
      root.addEvent('found', { key: 'value' });
      tracing.start('child', root, { attributes: { size: 1 } }).end();
      root.end();
      await tracing.pass(TURN_MILLIS);
    }
    return { sent: tracing.mailbox.transactions, losses: tracing.losses() };
  }

  it('see the spans of OpenTelemetry in the hint', async () => {
    const hints: TransactionHint[] = [];
    const { sent } = await run({
      beforeSendTransaction: (event, hint) => {
        hints.push(hint);
        return { ...event, tags: { events: String(hint.root.events.length) } };
      },
    });
    const [hint] = hints;
    assert.equal(hint?.root.name, 'one');
    assert.equal(hint.root.resource.attributes['service.name'], 'shop');
    assert.deepEqual(
      hint.descendants.map(({ name, attributes }) => [name, attributes]),
      [['child', { size: 1 }]],
    );
    assert.deepEqual(
      sent.map(({ tags }) => tags),
      [{ events: '1' }, { events: '1' }],
    );
  });

  const failures: readonly (readonly [name: string, options: SentryBridgeOptions])[] = [
    [
      'beforeSendTransaction throws half-way',
      {
        beforeSendTransaction: event => {
          event.spans.length = 0;
          event.contexts = { trace: event.contexts.trace };
          throw new Error('broken');
        },
      },
    ],
    [
      'beforeSendTransaction puts in what JSON cannot hold',
      {
        beforeSendTransaction: (event: TransactionEvent) =>
          Object.assign(event, { tags: { size: 7n }, transaction: 'changed' }),
      },
    ],
    [
      'beforeSendSpan puts in what JSON cannot hold',
      { beforeSendSpan: (span: SpanJson) => Object.assign(span, { description: 'x', cycle: span }) },
    ],
  ];
  for (const [name, options] of failures) {
    it(`lose nothing, and the failure is said once, when ${name}`, async () => {
      const { sent, losses } = await run(options);
      assert.deepEqual(sent.map(comparable), (await run({})).sent.map(comparable));
      assert.deepEqual(losses, {});
      const hook = Object.keys(options)[0];
      assert.deepEqual(
        log.lines.filter(line => line.startsWith('error')).map(line => line.split(' failed')[0]),
        [`error: ${hook}`],
      );
    });
  }

  it('change the transaction they are given and no other', async () => {
    const { sent } = await run({
      beforeSendTransaction: event => {
        const { app } = event.contexts;
        if (event.transaction === 'one' && app !== undefined) Reflect.set(app, 'app_name', 'changed');
        return event;
      },
    });
    assert.deepEqual(
      sent.map(({ contexts }) => contexts['app']).map(app => app && Reflect.get(app, 'app_name')),
      ['changed', 'shop'],
    );
  });
});

/** Without what is new in every run. */
function comparable({ spans, contexts, breadcrumbs, ...event }: TransactionEvent): unknown {
  const { trace, app: _, device: __, ...others } = contexts;
  return [
    { ...event, event_id: '', start_timestamp: 0, timestamp: 0 },
    others,
    trace.data,
    spans.map(({ description, data }) => [description, data]),
    breadcrumbs?.map(({ message, data }) => [message, data]),
  ];
}
