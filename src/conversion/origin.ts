import { stringAttribute, type AttributeMap } from '../otel/attributes.js';
import { MAX_ORIGIN_CHARS } from '../protocol/limits.js';
import { filterText } from './privacy/text-filter.js';

interface SpanWithScope {
  readonly attributes: AttributeMap;
  readonly instrumentationScope?: { readonly name: string } | undefined;
}

/** Scope names of OpenTelemetry's own instrumentation packages begin with this. */
const INSTRUMENTATION_PREFIX = '@opentelemetry/instrumentation-';

/** Category and name of what an instrumentation instruments, in Sentry's spelling where Sentry has one. */
const INSTRUMENTED: readonly (readonly [instrumentation: string, category: string, name: string])[] = [
  ['http', 'http', 'http'],
  ['undici', 'http', 'node_fetch'],
  ['express', 'http', 'express'],
  ['koa', 'http', 'koa'],
  ['fastify', 'http', 'fastify'],
  ['hapi', 'http', 'hapi'],
  ['connect', 'http', 'connect'],
  ['restify', 'http', 'restify'],
  ['router', 'http', 'router'],
  ['nestjs-core', 'http', 'nestjs'],
  ['pg', 'db', 'postgres'],
  ['mysql', 'db', 'mysql'],
  ['mysql2', 'db', 'mysql2'],
  ['mongodb', 'db', 'mongo'],
  ['mongoose', 'db', 'mongoose'],
  ['redis', 'db', 'redis'],
  ['redis-4', 'db', 'redis'],
  ['ioredis', 'db', 'redis'],
  ['knex', 'db', 'knex'],
  ['tedious', 'db', 'tedious'],
  ['generic-pool', 'db', 'generic_pool'],
  ['dataloader', 'db', 'dataloader'],
  ['memcached', 'db', 'memcached'],
  ['cassandra-driver', 'db', 'cassandra'],
  ['oracledb', 'db', 'oracledb'],
  ['amqplib', 'queue', 'amqplib'],
  ['kafkajs', 'queue', 'kafkajs'],
  ['socket.io', 'queue', 'socket_io'],
  ['aws-sdk', 'aws', 'aws_sdk'],
  ['aws-lambda', 'function', 'aws_lambda'],
  ['grpc', 'rpc', 'grpc'],
  ['graphql', 'graphql', 'graphql'],
  ['openai', 'ai', 'openai'],
  ['fs', 'file', 'fs'],
  ['net', 'socket', 'net'],
  ['dns', 'socket', 'dns'],
];

const ORIGINS: ReadonlyMap<string, string> = new Map([
  ...INSTRUMENTED.map(
    ([instrumentation, category, name]) =>
      [INSTRUMENTATION_PREFIX + instrumentation, `auto.${category}.otel.${name}`] as const,
  ),
  // OpenTelemetry handed its instrumentation of Fastify over to Fastify.
  ['@fastify/otel', 'auto.http.otel.fastify'],
]);

const MANUAL = 'manual';

/** Sentry deletes an origin that contains anything else. */
const FORBIDDEN = /[^A-Za-z0-9_.]/g;

/**
 * Who made a span: `sentry.origin`, else what the name of its instrumentation scope says, else the application.
 * https://develop.sentry.dev/sdk/telemetry/traces/trace-origin/
 */
export function spanOrigin({ attributes, instrumentationScope }: SpanWithScope): string {
  const explicit = stringAttribute(attributes, 'sentry.origin');
  if (explicit !== undefined) {
    return filterText(explicit, false).replace(FORBIDDEN, '_').slice(0, MAX_ORIGIN_CHARS);
  }
  const scope = instrumentationScope?.name;
  return scope === undefined ? MANUAL : (ORIGINS.get(scope) ?? originOfUnknown(scope));
}

function originOfUnknown(scope: string): string {
  if (!scope.startsWith(INSTRUMENTATION_PREFIX) || scope.length === INSTRUMENTATION_PREFIX.length) {
    return MANUAL;
  }
  const name = scope.slice(INSTRUMENTATION_PREFIX.length).replace(/[^A-Za-z0-9_]/g, '_');
  return `auto.function.otel.${name}`.slice(0, MAX_ORIGIN_CHARS);
}
