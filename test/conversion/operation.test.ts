import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { describeSpan, type DescribableSpan } from '../../src/conversion/operation.js';

type Attributes = Readonly<Record<string, unknown>>;
type Kind = keyof typeof SpanKind;

function describeWith(attributes: Attributes, kind: Kind = 'INTERNAL', more: Partial<DescribableSpan> = {}) {
  return describeSpan({ name: 'span name', kind: SpanKind[kind], attributes, ...more });
}

describe('describeSpan', () => {
  describe('of a plain span', () => {
    it('has no op and keeps the name', () => {
      assert.deepEqual(describeWith({}), { description: 'span name', source: 'custom' });
    });

    for (const name of ['', ' ', '\n\t']) {
      it(`says <unknown> when the name of the span is ${JSON.stringify(name)}`, () => {
        assert.deepEqual(describeWith({}, 'INTERNAL', { name }), {
          description: '<unknown>',
          source: 'custom',
        });
      });
    }

    for (const attributes of [
      { 'db.name': 'shop', 'db.statement': 'SELECT 1' },
      { 'messaging.destination.name': 'orders' },
      { 'rpc.method': 'Get' },
      { 'http.route': '/a' },
      { 'express.type': 'unheard of' },
      { 'express.name': 'query' },
    ]) {
      it(`has no op for ${JSON.stringify(attributes)}`, () => {
        const { op, description } = describeWith(attributes);
        assert.deepEqual([op, description], [undefined, 'span name']);
      });
    }

    for (const scope of ['net', 'dns']) {
      it(`has no op for instrumentation-${scope}`, () => {
        const instrumentationScope = { name: `@opentelemetry/instrumentation-${scope}` };
        assert.equal(describeWith({}, 'CLIENT', { instrumentationScope }).op, undefined);
      });
    }
  });

  describe('by family', () => {
    const http = { 'http.request.method': 'GET' };
    const rows: readonly { kind?: Kind; attributes: Attributes; op: string | undefined; source: string }[] = [
      { kind: 'SERVER', attributes: { 'mcp.method.name': 'tools/call' }, op: 'mcp.server', source: 'custom' },
      { kind: 'CLIENT', attributes: { 'mcp.method.name': 'tools/call' }, op: 'mcp.client', source: 'custom' },
      {
        kind: 'SERVER',
        attributes: { 'mcp.method.name': 'notifications/cancelled' },
        op: 'mcp.notification.client_to_server',
        source: 'custom',
      },
      {
        kind: 'CLIENT',
        attributes: { 'mcp.method.name': 'notifications/progress' },
        op: 'mcp.notification.server_to_client',
        source: 'custom',
      },
      { kind: 'SERVER', attributes: { 'mcp.method.name': 'x', ...http }, op: 'mcp.server', source: 'custom' },

      { attributes: { 'express.type': 'middleware' }, op: 'middleware', source: 'custom' },
      { attributes: { 'express.type': 'router', 'http.route': '/a' }, op: 'router', source: 'custom' },
      { attributes: { 'express.type': 'request_handler' }, op: 'handler', source: 'custom' },
      { attributes: { 'koa.type': 'middleware' }, op: 'middleware', source: 'custom' },
      { attributes: { 'koa.type': 'router' }, op: 'router', source: 'custom' },
      { attributes: { 'fastify.type': 'request_handler' }, op: 'handler', source: 'custom' },
      { attributes: { 'fastify.type': 'request-handler' }, op: 'handler', source: 'custom' },
      { attributes: { 'fastify.type': 'hook' }, op: 'middleware', source: 'custom' },
      { attributes: { 'hapi.type': 'server.ext', ...http }, op: 'middleware', source: 'custom' },
      { attributes: { 'hapi.type': 'plugin', ...http }, op: 'middleware', source: 'custom' },
      { attributes: { 'hapi.type': 'router', ...http }, op: 'router', source: 'custom' },
      { attributes: { 'connect.type': 'request_handler' }, op: 'handler', source: 'custom' },
      { attributes: { 'nestjs.type': 'app_creation' }, op: 'app', source: 'custom' },
      { attributes: { 'nestjs.type': 'request_context', ...http }, op: 'handler', source: 'custom' },
      { attributes: { 'nestjs.type': 'handler' }, op: 'handler', source: 'custom' },
      { attributes: { 'restify.type': 'middleware' }, op: 'middleware', source: 'custom' },
      { attributes: { 'hono.type': 'middleware' }, op: 'middleware', source: 'custom' },
      { attributes: { 'express.type': 'something new' }, op: undefined, source: 'custom' },
      { kind: 'SERVER', attributes: { 'express.type': 'middleware' }, op: undefined, source: 'custom' },

      { kind: 'SERVER', attributes: http, op: 'http.server', source: 'custom' },
      { kind: 'CLIENT', attributes: { 'http.method': 'GET' }, op: 'http.client', source: 'custom' },
      { kind: 'INTERNAL', attributes: http, op: 'http', source: 'custom' },
      { kind: 'PRODUCER', attributes: http, op: 'http', source: 'custom' },
      {
        kind: 'SERVER',
        attributes: { ...http, 'sentry.http.prefetch': true },
        op: 'http.server',
        source: 'custom',
      },
      {
        kind: 'CLIENT',
        attributes: { ...http, 'db.system': 'elasticsearch' },
        op: 'http.client',
        source: 'custom',
      },

      { attributes: { 'cache.operation': 'get' }, op: 'cache.get', source: 'custom' },
      {
        kind: 'CLIENT',
        attributes: { 'cache.operation': 'put', 'db.system': 'redis' },
        op: 'cache.put',
        source: 'custom',
      },

      { kind: 'CLIENT', attributes: { 'db.system': 'mysql' }, op: 'db', source: 'task' },
      { kind: 'CLIENT', attributes: { 'db.system.name': 'postgresql' }, op: 'db', source: 'task' },
      { kind: 'CLIENT', attributes: { 'db.system': true }, op: 'db', source: 'task' },

      {
        kind: 'CLIENT',
        attributes: { 'gen_ai.operation.name': 'chat' },
        op: 'gen_ai.chat',
        source: 'custom',
      },
      { kind: 'CLIENT', attributes: { 'gen_ai.system': 'openai' }, op: 'gen_ai', source: 'custom' },
      { kind: 'CLIENT', attributes: { 'gen_ai.provider.name': 'openai' }, op: 'gen_ai', source: 'custom' },
      {
        kind: 'CLIENT',
        attributes: {
          'gen_ai.operation.name': 'chat',
          'rpc.system': 'aws-api',
          'rpc.service': 'BedrockRuntime',
        },
        op: 'gen_ai.chat',
        source: 'custom',
      },

      { kind: 'CLIENT', attributes: { 'rpc.service': 'shop.Cart' }, op: 'rpc', source: 'route' },
      { kind: 'CLIENT', attributes: { 'rpc.system': 'grpc' }, op: 'rpc', source: 'route' },
      { kind: 'SERVER', attributes: { 'rpc.system.name': 'grpc' }, op: 'rpc', source: 'route' },

      { kind: 'SERVER', attributes: { 'faas.trigger': 'timer' }, op: 'timer', source: 'route' },
      { kind: 'SERVER', attributes: { 'faas.trigger': ['http'] }, op: 'http', source: 'route' },
      { kind: 'SERVER', attributes: { 'faas.invocation_id': 'i' }, op: 'function', source: 'route' },
      {
        kind: 'SERVER',
        attributes: { 'faas.execution': 'i', 'cloud.provider': 'gcp' },
        op: 'function.gcp',
        source: 'route',
      },
      {
        kind: 'SERVER',
        attributes: { 'faas.coldstart': true, 'cloud.provider': 'azure' },
        op: 'function.azure',
        source: 'route',
      },
      {
        kind: 'SERVER',
        attributes: { 'faas.coldstart': false, 'cloud.provider': 'aws' },
        op: 'function.aws',
        source: 'route',
      },
      {
        kind: 'SERVER',
        attributes: { 'faas.execution': 'i', 'faas.id': '/subscriptions/1/sites/f' },
        op: 'function',
        source: 'route',
      },
      {
        kind: 'SERVER',
        attributes: { 'faas.execution': 'i', 'faas.id': 'arn:aws:lambda:eu:1:function:f' },
        op: 'function.aws',
        source: 'route',
      },
      {
        kind: 'SERVER',
        attributes: { 'faas.execution': 'i', 'cloud.resource_id': 'arn:aws-cn:x' },
        op: 'function.aws',
        source: 'route',
      },
      {
        kind: 'SERVER',
        attributes: { 'faas.execution': 'i', 'cloud.provider': 'other' },
        op: 'function',
        source: 'route',
      },

      { attributes: { 'graphql.operation.type': 'query' }, op: 'graphql', source: 'custom' },
      { attributes: { 'graphql.operation.name': 'GetUser' }, op: 'graphql', source: 'custom' },
      { attributes: { 'graphql.source': '{ user }' }, op: 'graphql', source: 'custom' },
      { attributes: { 'graphql.document': '{ user }' }, op: 'graphql', source: 'custom' },
    ];
    for (const { kind = 'INTERNAL', attributes, op, source } of rows) {
      it(`is ${op} for ${kind} with ${JSON.stringify(attributes)}`, () => {
        const description = describeWith(attributes, kind);
        assert.equal(description.op, op);
        assert.equal(description.source, source);
        assert.equal(description.description, 'span name');
      });
    }

    it('knows the provider of a function from the resource', () => {
      const resource = { attributes: { 'cloud.provider': 'gcp' } };
      assert.equal(describeWith({ 'faas.coldstart': true }, 'SERVER', { resource }).op, 'function.gcp');
    });

    it('knows files and GraphQL by their instrumentation', () => {
      const by = (name: string) => describeWith({}, 'INTERNAL', { instrumentationScope: { name } }).op;
      assert.equal(by('@opentelemetry/instrumentation-fs'), 'file');
      assert.equal(by('@opentelemetry/instrumentation-graphql'), 'graphql');
    });

    it('takes attributes of the wrong type for absent', () => {
      const attributes = {
        'http.request.method': 1,
        'cache.operation': {},
        'faas.trigger': 3,
        'mcp.method.name': '',
      };
      assert.deepEqual(describeWith(attributes, 'SERVER'), { description: 'span name', source: 'custom' });
    });
  });
});

describe('describeSpan of queues', () => {
  const rows: readonly { attributes: Attributes; kind: Kind; op: string }[] = [
    ...['send', 'publish'].map(type => ({
      attributes: { 'messaging.operation.type': type },
      kind: 'CLIENT' as const,
      op: 'queue.publish',
    })),
    { attributes: { 'messaging.operation.type': 'create' }, kind: 'PRODUCER', op: 'queue.create' },
    ...['receive', 'poll'].map(type => ({
      attributes: { 'messaging.operation': type },
      kind: 'CONSUMER' as const,
      op: 'queue.receive',
    })),
    ...['process', 'deliver'].map(type => ({
      attributes: { 'messaging.operation.type': type },
      kind: 'CONSUMER' as const,
      op: 'queue.process',
    })),
    ...['settle', 'ack', 'nack'].map(type => ({
      attributes: { 'messaging.operation.name': type },
      kind: 'CLIENT' as const,
      op: 'queue.settle',
    })),
    { attributes: { 'messaging.operation.type': 'RECEIVE' }, kind: 'CLIENT', op: 'queue.receive' },
    {
      attributes: { 'messaging.operation.type': 'odd', 'messaging.operation.name': 'ack' },
      kind: 'CLIENT',
      op: 'queue.settle',
    },
    { attributes: {}, kind: 'PRODUCER', op: 'queue.publish' },
    { attributes: {}, kind: 'CONSUMER', op: 'queue.process' },
    { attributes: {}, kind: 'CLIENT', op: 'queue' },
    { attributes: { 'messaging.operation.type': 'odd' }, kind: 'INTERNAL', op: 'queue' },
    { attributes: { 'rpc.system': 'aws-api', 'rpc.service': 'SQS' }, kind: 'PRODUCER', op: 'queue.publish' },
  ];
  for (const { attributes, kind, op } of rows) {
    it(`is ${op} for ${kind} with ${JSON.stringify(attributes)}`, () => {
      const description = describeWith({ 'messaging.system': 'kafka', ...attributes }, kind);
      assert.deepEqual(description, { op, description: 'span name', source: 'route' });
    });
  }
});

describe('describeSpan of databases', () => {
  const system = { 'db.system.name': 'postgresql' };
  const rows: readonly { attributes: Attributes; description: string }[] = [
    {
      attributes: { 'db.query.text': 'SELECT $1', 'db.statement': 'SELECT 1', 'db.query.summary': 'SELECT' },
      description: 'SELECT $1',
    },
    { attributes: { 'db.statement': 'SELECT 1', 'db.query.summary': 'SELECT' }, description: 'SELECT 1' },
    { attributes: { 'db.query.summary': 'SELECT users' }, description: 'SELECT users' },
    { attributes: { 'db.query.text': '', 'db.statement': 'SELECT 2' }, description: 'SELECT 2' },
    { attributes: { 'db.statement': 12 }, description: 'span name' },
    { attributes: {}, description: 'span name' },
    { attributes: { 'db.statement': 'get k', 'sentry.op': 'cache.get' }, description: 'span name' },
    { attributes: { 'db.statement': 'get k', 'sentry.op': 'db.redis' }, description: 'get k' },
  ];
  for (const { attributes, description } of rows) {
    it(`is "${description}" for ${JSON.stringify(attributes)}`, () => {
      assert.equal(describeWith({ ...system, ...attributes }, 'CLIENT').description, description);
    });
  }
});

describe('describeSpan with explicit attributes', () => {
  const server = { 'http.request.method': 'GET', 'http.route': '/a/:id' };

  it('takes the op as given', () => {
    const { op, description, source } = describeWith({ ...server, 'sentry.op': 'custom.op' }, 'SERVER');
    assert.deepEqual([op, description, source], ['custom.op', 'GET /a/:id', 'route']);
  });

  it('cuts an op to 128 characters, explicit or not', () => {
    assert.equal(describeWith({ 'sentry.op': 'o'.repeat(200) }).op, 'o'.repeat(128));
    assert.equal(describeWith({ 'faas.trigger': 't'.repeat(200) }).op, 't'.repeat(128));
  });

  it('ignores an op that is no text', () => {
    for (const op of ['', 5, true, ['a', 'b']]) assert.equal(describeWith({ 'sentry.op': op }).op, undefined);
  });

  describe('sentry.custom_span_name', () => {
    const name = { 'sentry.custom_span_name': 'mine' };
    const rows: readonly { what: string; attributes: Attributes; kind: Kind; source: string }[] = [
      { what: 'a plain span', attributes: {}, kind: 'INTERNAL', source: 'custom' },
      { what: 'an HTTP span', attributes: server, kind: 'SERVER', source: 'custom' },
      {
        what: 'a database span',
        attributes: { 'db.system': 'x', 'db.statement': 'S' },
        kind: 'CLIENT',
        source: 'custom',
      },
      { what: 'an RPC span', attributes: { 'rpc.service': 's' }, kind: 'SERVER', source: 'route' },
      { what: 'a queue span', attributes: { 'messaging.system': 'k' }, kind: 'CONSUMER', source: 'route' },
      { what: 'a function', attributes: { 'faas.trigger': 'http' }, kind: 'SERVER', source: 'route' },
      {
        what: 'a function without trigger',
        attributes: { 'faas.coldstart': true },
        kind: 'SERVER',
        source: 'route',
      },
      {
        what: 'a GraphQL span',
        attributes: { 'graphql.operation.type': 'query' },
        kind: 'INTERNAL',
        source: 'custom',
      },
      {
        what: 'an explicit source',
        attributes: { ...server, 'sentry.source': 'view' },
        kind: 'SERVER',
        source: 'view',
      },
    ];
    for (const { what, attributes, kind, source } of rows) {
      it(`names ${what}, source ${source}`, () => {
        const description = describeWith({ ...attributes, ...name }, kind);
        assert.deepEqual([description.description, description.source], ['mine', source]);
      });
    }
  });

  describe('sentry.source', () => {
    for (const source of ['url', 'route', 'view', 'component', 'sanitized', 'task']) {
      it(`${source} is passed on and leaves the name`, () => {
        const description = describeWith({ ...server, 'sentry.source': source }, 'SERVER');
        assert.deepEqual([description.description, description.source], ['GET /a/:id', source]);
      });
    }

    it('custom keeps the name of the span', () => {
      const description = describeWith({ ...server, 'sentry.source': 'custom' }, 'SERVER');
      assert.deepEqual([description.description, description.source], ['span name', 'custom']);
    });

    it('is read from its new name first', () => {
      const attributes = { 'sentry.segment.name.source': 'view', 'sentry.source': 'task' };
      assert.equal(describeWith(attributes).source, 'view');
    });

    it('is ignored when Sentry does not know it', () => {
      assert.equal(describeWith({ ...server, 'sentry.source': 'banana' }, 'SERVER').source, 'route');
      assert.equal(describeWith({ ...server, 'sentry.source': 1 }, 'SERVER').source, 'route');
    });
  });
});

describe('describeSpan and secrets', () => {
  it('filters URLs in names', () => {
    const name = 'fetch https://bob:pw@example.com/a?token=t0k&page=2';
    const { description } = describeSpan({ name, kind: SpanKind.INTERNAL, attributes: {} });
    assert.equal(description, 'fetch https://[filtered]:[filtered]@example.com/a?token=[Filtered]&page=2');
  });

  it('tells neither in a name nor in an operation who is calling', () => {
    const name = 'GET /a?x-real-ip=198.51.100.4';
    const attributes = { 'sentry.op': name };
    const { op, description } = describeSpan({ name, kind: SpanKind.INTERNAL, attributes });
    assert.deepEqual([op, description], Array(2).fill('GET /a?x-real-ip=[Filtered]'));
  });

  it('leaves statements with placeholders alone', () => {
    const statement = 'SELECT * FROM t WHERE a = ? AND token = ? AND b IN (?,?) -- //';
    assert.equal(
      describeWith({ 'db.system': 'mysql', 'db.statement': statement }, 'CLIENT').description,
      statement,
    );
  });
});
