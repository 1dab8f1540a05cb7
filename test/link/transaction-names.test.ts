import assert from 'node:assert/strict';
import { context, createContextKey, SpanKind } from '@opentelemetry/api';
import { below } from '../support/tracing.js';
import { Linked, useContext } from './support/linked.js';

/** Where instrumentations of frameworks leave the route. */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');
const REQUEST = {
  kind: SpanKind.SERVER,
  attributes: { 'http.request.method': 'GET', 'url.path': '/users/42' },
};

describe('linkSentrySdk: names of transactions', () => {
  useContext();

  it('are those of the root, as far as they are known', async () => {
    const linked = new Linked();
    const { event } = await linked.span(
      'GET',
      () => linked.span('inner', () => linked.sdk.capture({ message: 'seen' })),
      REQUEST,
    );
    assert.equal(event['transaction'], 'GET /users/42');
  });

  it('have the route that a framework has found, before the span has it', async () => {
    const linked = new Linked({ scopeTransaction: 'GET /users/42' });
    const { event } = await linked.span(
      'GET',
      span => {
        const metadata = { type: 'http', route: '/users/:id', span };
        return context.with(context.active().setValue(RPC_METADATA, metadata), () =>
          linked.sdk.capture({ message: 'seen' }),
        );
      },
      REQUEST,
    );
    assert.equal(event['transaction'], 'GET /users/:id');
  });

  it('stay what a scope says when that is more than a request line', async () => {
    const linked = new Linked({ scopeTransaction: 'checkout' });
    const { event } = await linked.span('GET', () => linked.sdk.capture({ message: 'seen' }), REQUEST);
    assert.equal(event['transaction'], 'checkout');
  });

  it('stay what a scope says when nothing better is known', async () => {
    const linked = new Linked({ scopeTransaction: 'GET /users/*' });
    const { event } = await linked.span('GET', () => linked.sdk.capture({ message: 'seen' }), REQUEST);
    assert.equal(event['transaction'], 'GET /users/*');
  });

  it('are unknown when the root has ended', async () => {
    const linked = new Linked();
    const root = linked.tracing.start('work');
    const child = linked.tracing.start('late', root);
    root.end();
    const { event } = await linked.tracing.tracer.startActiveSpan('later', {}, below(child), span => {
      const captured = linked.sdk.capture({ message: 'seen' });
      span.end();
      return captured;
    });
    child.end();
    assert.equal(event['transaction'], undefined);
  });
});
