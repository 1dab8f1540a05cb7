import assert from 'node:assert/strict';
import { spanOrigin } from '../../src/conversion/origin.js';

const ofScope = (name: string) => spanOrigin({ attributes: {}, instrumentationScope: { name } });
const explicit = (origin: unknown) =>
  spanOrigin({
    attributes: { 'sentry.origin': origin },
    instrumentationScope: { name: '@opentelemetry/instrumentation-http' },
  });

describe('spanOrigin', () => {
  describe('of instrumentations', () => {
    const rows: Readonly<Record<string, string>> = {
      http: 'auto.http.otel.http',
      undici: 'auto.http.otel.node_fetch',
      express: 'auto.http.otel.express',
      koa: 'auto.http.otel.koa',
      fastify: 'auto.http.otel.fastify',
      hapi: 'auto.http.otel.hapi',
      connect: 'auto.http.otel.connect',
      restify: 'auto.http.otel.restify',
      router: 'auto.http.otel.router',
      'nestjs-core': 'auto.http.otel.nestjs',
      pg: 'auto.db.otel.postgres',
      mysql: 'auto.db.otel.mysql',
      mysql2: 'auto.db.otel.mysql2',
      mongodb: 'auto.db.otel.mongo',
      mongoose: 'auto.db.otel.mongoose',
      redis: 'auto.db.otel.redis',
      'redis-4': 'auto.db.otel.redis',
      ioredis: 'auto.db.otel.redis',
      knex: 'auto.db.otel.knex',
      tedious: 'auto.db.otel.tedious',
      'generic-pool': 'auto.db.otel.generic_pool',
      dataloader: 'auto.db.otel.dataloader',
      memcached: 'auto.db.otel.memcached',
      'cassandra-driver': 'auto.db.otel.cassandra',
      oracledb: 'auto.db.otel.oracledb',
      amqplib: 'auto.queue.otel.amqplib',
      kafkajs: 'auto.queue.otel.kafkajs',
      'socket.io': 'auto.queue.otel.socket_io',
      'aws-sdk': 'auto.aws.otel.aws_sdk',
      'aws-lambda': 'auto.function.otel.aws_lambda',
      grpc: 'auto.rpc.otel.grpc',
      graphql: 'auto.graphql.otel.graphql',
      openai: 'auto.ai.otel.openai',
      fs: 'auto.file.otel.fs',
      net: 'auto.socket.otel.net',
      dns: 'auto.socket.otel.dns',
      'lru-memoizer': 'auto.function.otel.lru_memoizer',
      'some.thing/new': 'auto.function.otel.some_thing_new',
    };
    for (const [instrumentation, origin] of Object.entries(rows)) {
      it(`is ${origin} for instrumentation-${instrumentation}`, () => {
        assert.equal(ofScope(`@opentelemetry/instrumentation-${instrumentation}`), origin);
      });
    }

    it('is cut to what Sentry takes', () => {
      assert.equal(ofScope(`@opentelemetry/instrumentation-${'x'.repeat(200)}`).length, 128);
    });
  });

  for (const name of [
    '',
    'my-app',
    'next.js',
    'prisma',
    '@opentelemetry/instrumentation-',
    '@opentelemetry/api',
  ]) {
    it(`is manual for the scope "${name}"`, () => assert.equal(ofScope(name), 'manual'));
  }

  it("is that of Fastify for Fastify's own instrumentation", () => {
    assert.equal(ofScope('@fastify/otel'), 'auto.http.otel.fastify');
  });

  it('is manual without a scope', () => {
    assert.equal(spanOrigin({ attributes: {} }), 'manual');
  });

  describe('from sentry.origin', () => {
    it('is taken as given, before the scope', () => {
      assert.equal(explicit('auto.db.mine'), 'auto.db.mine');
    });

    it('loses what would make Sentry delete it', () => {
      assert.equal(explicit('auto.my-thing/1'), 'auto.my_thing_1');
      assert.equal(explicit('o'.repeat(200)), 'o'.repeat(128));
    });

    it('does not tell who is calling', () => {
      assert.equal(explicit('?x-real-ip=198.51.100.4'), '_x_real_ip__Filtered_');
    });

    it('is ignored when it is no text', () => {
      for (const origin of ['', 5, null]) assert.equal(explicit(origin), 'auto.http.otel.http');
    });
  });
});
