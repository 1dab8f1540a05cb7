import assert from 'node:assert/strict';
import type { SentryBridgeOptions } from '../../src/options.js';
import { spanNamed, valueOf } from '../support/streaming.js';
import { Tracing } from '../support/tracing.js';

const TURN_MILLIS = 2;
const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-5',
  'gen_ai.usage.input_tokens': 12,
};

async function run(options: SentryBridgeOptions, calls = 1): Promise<Tracing> {
  const tracing = new Tracing({ release: 'shop@1', streamGenAiSpans: true, ...options });
  const root = tracing.start('POST /ask');
  const handler = tracing.start('handler', root);
  for (let index = 0; index < calls; index++) {
    const chat = tracing.start('chat', handler, { attributes: CHAT });
    tracing.start('request', chat).end();
    chat.end();
  }
  handler.end();
  root.end();
  await tracing.pass(TURN_MILLIS);
  return tracing;
}

describe('streamGenAiSpans', () => {
  it('sends spans of generative AI beside their transaction, in its envelope', async () => {
    const tracing = await run({});
    assert.deepEqual(tracing.sent, [['POST /ask', 'handler', 'request']]);
    const [envelope] = tracing.mailbox.envelopes;
    assert.deepEqual(
      envelope?.items.map(({ headers }) => [headers['type'], headers['item_count']]),
      [
        ['transaction', undefined],
        ['span', 1],
      ],
    );
    const [transaction] = tracing.mailbox.transactions;
    const chat = spanNamed(tracing, 'chat gpt-5');
    assert.equal(chat.is_segment, false);
    assert.equal(chat.parent_span_id, transaction?.spans[0]?.span_id);
    assert.equal(transaction?.spans[1]?.parent_span_id, chat.span_id);
    assert.equal(valueOf(chat, 'sentry.op'), 'gen_ai.chat');
    assert.equal(valueOf(chat, 'sentry.segment.id'), transaction?.contexts.trace.span_id);
    assert.equal(valueOf(chat, 'sentry.segment.name'), 'POST /ask');
    assert.equal(valueOf(chat, 'sentry.release'), 'shop@1');
    assert.equal(valueOf(chat, 'sentry.sdk.name'), 'otel-sentry-bridge');
    assert.deepEqual(chat.attributes['gen_ai.usage.input_tokens'], { type: 'integer', value: 12 });
  });

  it('counts them as spans of the transaction, delivered or lost', async () => {
    const delivered = await run({}, 3);
    assert.deepEqual(delivered.pipeline.delivery?.snapshot().delivered, [
      { category: 'transaction', quantity: 1 },
      { category: 'span', quantity: 8 },
    ]);
    const tracing = new Tracing({ streamGenAiSpans: true });
    tracing.mailbox.answer = () => ({ statusCode: 500 });
    const root = tracing.start('root');
    tracing.start('chat', root, { attributes: CHAT }).end();
    root.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.losses(), { 'send_error/transaction': 1, 'send_error/span': 2 });
  });

  it('leaves roots of generative AI in their transactions, and everything without the option', async () => {
    const tracing = new Tracing({ streamGenAiSpans: true });
    tracing.start('chat', undefined, { attributes: CHAT }).end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['chat']]);
    assert.deepEqual(tracing.mailbox.spans, []);
    const without = await run({ streamGenAiSpans: false });
    assert.deepEqual(without.sent, [['POST /ask', 'handler', 'chat', 'request']]);
    assert.deepEqual(without.mailbox.spans, []);
  });

  it('lets the hooks see them with the others', async () => {
    const tracing = await run({
      beforeSendSpan: span => (span.op === 'gen_ai.chat' ? null : span),
    });
    assert.deepEqual(tracing.mailbox.spans, []);
    assert.deepEqual(tracing.losses(), { 'before_send/span': 1 });
  });
});
