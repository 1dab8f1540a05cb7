import fastify from '@fastify/otel';
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { KoaInstrumentation } from '@opentelemetry/instrumentation-koa';
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { isForSentry } from '../support/sentry.mjs';

/** What knows nothing of the older semantic conventions any more. */
export const instrumentations = [
  new HttpInstrumentation({ ignoreIncomingRequestHook: isForSentry }),
  new UndiciInstrumentation(),
  new ExpressInstrumentation(),
  new KoaInstrumentation(),
  new fastify.FastifyOtelInstrumentation({ registerOnInitialization: true }),
  new GraphQLInstrumentation(),
  new PgInstrumentation(),
  new MySQL2Instrumentation(),
  new IORedisInstrumentation(),
  new RedisInstrumentation(),
  new AmqplibInstrumentation(),
];
