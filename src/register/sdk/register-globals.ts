import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import type { Api } from './api.js';

export interface Globals {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  /** Absent: nothing is propagated. */
  readonly propagator: TextMapPropagator | undefined;
}

/** A copy of the API that must see what is registered, and whose it is. */
export interface ApiCopy {
  readonly owner: string;
  readonly api: Api;
}

/** Registers all of it, or nothing. Returns what stands in the way, if anything does. */
export function registerGlobals(
  api: Api,
  { provider, contextManager, propagator }: Globals,
  copies: readonly ApiCopy[],
): string | undefined {
  const undo: (() => void)[] = [];
  const steps: readonly [what: string, register: () => boolean, disable: () => void][] = [
    [
      'context manager',
      () => api.context.setGlobalContextManager(contextManager),
      () => api.context.disable(),
    ],
    [
      'propagator',
      () => propagator === undefined || api.propagation.setGlobalPropagator(propagator),
      () => api.propagation.disable(),
    ],
    ['tracer provider', () => api.trace.setGlobalTracerProvider(provider), () => api.trace.disable()],
  ];
  for (const [what, register, disable] of steps) {
    if (!register()) {
      for (const step of undo) step();
      return `OpenTelemetry refuses the ${what}: another one, or another version of @opentelemetry/api, is in use`;
    }
    undo.push(disable);
  }
  const blind = copies.find(copy => copy.api.trace.getTracerProvider() !== api.trace.getTracerProvider());
  if (blind === undefined) return undefined;
  for (const step of undo) step();
  return `the @opentelemetry/api of ${blind.owner} is newer than the SDK's: install one version (npm ls @opentelemetry/api)`;
}
