import { integerAttribute, type AttributeMap } from '../otel/attributes.js';
import type { JsonObject, TraceContext, TransactionEvent } from '../protocol/transaction.js';
import { traceIdOf } from './ids.js';
import { capturedHeaders } from './request.js';
import { httpStatusCode } from './semantics/http-attributes.js';

/** `sentry.context.<context>.<key>` is an entry of a context of the application's own. */
const CONTEXT_PREFIX = 'sentry.context.';

/** Contexts that have a meaning the application cannot change. */
const RESERVED = new Set(['trace', 'otel', '__proto__']);

export interface ContextSources {
  /** Attributes of the root as recorded: for values that are checked here. */
  readonly attributes: AttributeMap;
  /** The root; its data are the attributes as far as they may leave. */
  readonly trace: TraceContext;
  /** What is the same for every event of the process; shared. */
  readonly shared: Readonly<Record<string, Readonly<JsonObject>>>;
}

/**
 * Contexts of a transaction: its root, what is known of the process, laid over by what the resource says, and what
 * the root tells of the response and the profile. https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/
 */
export function eventContexts({ attributes, trace, shared }: ContextSources): TransactionEvent['contexts'] {
  const { data } = trace;
  const contexts: TransactionEvent['contexts'] = { trace };
  for (const name in shared) contexts[name] = shared[name] ?? {};
  const response = responseContext(attributes, data);
  const profile = profileContext(attributes);
  if (response !== undefined) contexts['response'] = response;
  if (profile !== undefined) contexts['profile'] = profile;
  addOwnContexts(contexts, data);
  return contexts;
}

function responseContext(attributes: AttributeMap, data: Readonly<JsonObject>): JsonObject | undefined {
  const statusCode = httpStatusCode(attributes);
  if (statusCode === undefined) return undefined;
  const bodySize = integerAttribute(attributes, 'http.response.body.size', 'http.response_content_length');
  const headers = capturedHeaders(data, 'http.response.header.');
  return {
    status_code: statusCode,
    ...(bodySize !== undefined && bodySize >= 0 && { body_size: bodySize }),
    ...(headers !== undefined && { headers }),
  };
}

function profileContext(attributes: AttributeMap): JsonObject | undefined {
  // Both are 32 hex digits like a trace id.
  const profilerId = traceIdOf(attributes['sentry.profiler_id'] ?? attributes['profiler_id']);
  const profileId = traceIdOf(attributes['sentry.profile_id'] ?? attributes['profile_id']);
  if (profilerId === undefined && profileId === undefined) return undefined;
  return {
    ...(profilerId !== undefined && { profiler_id: profilerId }),
    ...(profileId !== undefined && { profile_id: profileId }),
  };
}

function addOwnContexts(contexts: TransactionEvent['contexts'], data: Readonly<JsonObject>): void {
  for (const name of Object.keys(data)) {
    const value = name.startsWith(CONTEXT_PREFIX) ? data[name] : undefined;
    if (value === undefined) continue;
    const [context, ...key] = name.slice(CONTEXT_PREFIX.length).split('.');
    if (!context || key.length === 0 || RESERVED.has(context)) continue;
    contexts[context] = { ...contexts[context], [key.join('.')]: value };
  }
}
