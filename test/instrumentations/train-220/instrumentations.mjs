import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { FastifyInstrumentation } from '@opentelemetry/instrumentation-fastify';
import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { KoaInstrumentation } from '@opentelemetry/instrumentation-koa';
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { isForSentry } from '../support/sentry.mjs';

/** The last ones that take the semantic conventions they follow from OTEL_SEMCONV_STABILITY_OPT_IN. */
export const instrumentations = [
  new HttpInstrumentation({ ignoreIncomingRequestHook: isForSentry }),
  new UndiciInstrumentation(),
  new ExpressInstrumentation(),
  new KoaInstrumentation(),
  new FastifyInstrumentation(),
  new GraphQLInstrumentation(),
  new PgInstrumentation(),
  new MySQL2Instrumentation(),
  new IORedisInstrumentation(),
  new RedisInstrumentation(),
  new AmqplibInstrumentation(),
];
