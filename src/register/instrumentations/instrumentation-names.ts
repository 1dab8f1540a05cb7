import { variable, type Environment } from '../../config/environment-variables.js';

export const SCOPE = '@opentelemetry/instrumentation-';

/** Instrumentations of OpenTelemetry itself, by what stands behind `@opentelemetry/instrumentation-`. */
export const OPENTELEMETRY_NAMES: readonly string[] = [
  'amqplib',
  'aws-lambda',
  'aws-sdk',
  'bunyan',
  'cassandra-driver',
  'connect',
  'cucumber',
  'dataloader',
  'dns',
  'express',
  'fastify',
  'fs',
  'generic-pool',
  'graphql',
  'grpc',
  'hapi',
  'http',
  'ioredis',
  'kafkajs',
  'knex',
  'koa',
  'lru-memoizer',
  'memcached',
  'mongodb',
  'mongoose',
  'mysql',
  'mysql2',
  'nestjs-core',
  'net',
  'openai',
  'oracledb',
  'pg',
  'pino',
  'redis',
  'redis-4',
  'restify',
  'router',
  'socket.io',
  'tedious',
  'undici',
  'winston',
];

/** Instrumentations that the makers of a library publish. */
export const OTHER_PACKAGES: readonly string[] = ['@fastify/otel', '@prisma/instrumentation'];

/** Whether `OTEL_NODE_ENABLED_INSTRUMENTATIONS` and `OTEL_NODE_DISABLED_INSTRUMENTATIONS` let a package be used. */
export function createSelection(env: Environment): (packageName: string) => boolean {
  const enabled = listOf(env, 'OTEL_NODE_ENABLED_INSTRUMENTATIONS');
  const disabled = listOf(env, 'OTEL_NODE_DISABLED_INSTRUMENTATIONS') ?? [];
  return packageName => {
    const isIn = (names: readonly string[]): boolean =>
      names.includes(packageName) || names.includes(packageName.replace(SCOPE, ''));
    return (enabled === undefined || isIn(enabled)) && !isIn(disabled);
  };
}

function listOf(env: Environment, name: string): string[] | undefined {
  return variable(env, name)
    ?.split(',')
    .map(item => item.trim());
}
