import { stringAttribute } from '../../otel/attributes.js';
import { KIND_INTERNAL } from '../span-kind.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/** Where the instrumentations of frameworks say what kind of layer a span is. */
export const LAYER_ATTRIBUTES = [
  'express.type',
  'koa.type',
  'fastify.type',
  'hapi.type',
  'connect.type',
  'nestjs.type',
  'restify.type',
  'hono.type',
] as const;

const LAYERS: ReadonlyMap<string, FamilyDescription> = new Map(
  [
    ['middleware', 'middleware'],
    ['server.ext', 'middleware'],
    ['plugin', 'middleware'],
    ['hook', 'middleware'],
    ['route-hook', 'middleware'],
    ['router', 'router'],
    ['request_handler', 'handler'],
    ['request-handler', 'handler'],
    ['handler', 'handler'],
    ['request_context', 'handler'],
    ['app_creation', 'app'],
  ].map(([type, op]) => [String(type), { op: String(op), source: 'custom' }]),
);

/** Middleware, routers and handlers of web frameworks. https://docs.sentry.io/platforms/javascript/guides/express/ */
export function describeFrameworkLayer({ attributes, kind }: DescribableSpan): FamilyDescription | undefined {
  if (kind !== KIND_INTERNAL) return undefined;
  const type = stringAttribute(attributes, ...LAYER_ATTRIBUTES);
  return type === undefined ? undefined : LAYERS.get(type);
}
