import type * as opentelemetry from '@opentelemetry/api';
import { hasMethods, member } from '../packages/members.js';

/** What start needs of `@opentelemetry/api`, of whichever copy. */
export type Api = Pick<typeof opentelemetry, 'context' | 'diag' | 'propagation' | 'trace'>;

export function isApi(value: unknown): value is Api {
  return (
    hasMethods(member(value, 'context'), ['setGlobalContextManager', 'disable']) &&
    hasMethods(member(value, 'diag'), ['setLogger']) &&
    hasMethods(member(value, 'propagation'), ['setGlobalPropagator', 'disable']) &&
    hasMethods(member(value, 'trace'), ['setGlobalTracerProvider', 'getTracerProvider', 'disable'])
  );
}
