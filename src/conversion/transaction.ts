import type { SpanTree } from '../otel/span-tree.js';
import type { ReadableSpan } from '../otel/types.js';
import type { TransactionEvent } from '../protocol/transaction.js';
import { forEachInSteps, runSteps, type Steps } from '../steps.js';
import { BreadcrumbCollector } from './breadcrumbs.js';
import { eventContexts } from './contexts.js';
import { spanMeasurements } from './measurements.js';
import { validDist } from './dist.js';
import { describeSpan } from './operation.js';
import { eventRequest } from './request.js';
import { resourceFacts } from './resource-facts.js';
import type { ConversionSettings } from './settings.js';
import { toSpanJson, type SpanPlacement } from './span.js';
import { eventTags } from './tags.js';
import { treeTiming } from './timing.js';
import { traceContext } from './trace-context.js';
import { applyNameHook, setSource } from './transaction-name.js';
import { eventUser } from './user.js';

export interface TransactionInput {
  /** 32 hex digits. */
  readonly eventId: string;
  /** The rate applied to the root here; absent when the decision was taken over. */
  readonly sampleRate?: number | undefined;
  readonly settings: ConversionSettings;
}

type SpanErrorListener = (span: ReadableSpan, error: unknown) => void;

/**
 * A finished tree as a transaction. Never throws: a descendant that cannot be converted is left out and reported to
 * `onSpanError`; `undefined` means that the root cannot be converted and nothing was reported.
 * https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/
 */
export function toTransaction(
  tree: SpanTree,
  input: TransactionInput,
  onSpanError: SpanErrorListener,
): TransactionEvent | undefined {
  return runSteps(convertTree(tree, input, onSpanError));
}

/** The same in steps. */
export function* convertTree(
  tree: SpanTree,
  input: TransactionInput,
  onSpanError: SpanErrorListener,
): Steps<TransactionEvent | undefined> {
  const breadcrumbs = new BreadcrumbCollector();
  let event: TransactionEvent;
  try {
    event = rootEvent(tree, input);
    breadcrumbs.add(tree.root);
  } catch {
    return undefined;
  }
  yield* addDescendants(event, tree.descendants, { settings: input.settings, breadcrumbs, onSpanError });
  const trail = breadcrumbs.take(input.settings.sendDefaultPii);
  if (trail !== undefined) event.breadcrumbs = trail;
  applyNameHook(event, tree.root, input.settings);
  return event;
}

function rootEvent(tree: SpanTree, { eventId, sampleRate, settings }: TransactionInput): TransactionEvent {
  const { root } = tree;
  const allowsPii = settings.sendDefaultPii;
  const { start, end } = treeTiming(tree);
  const description = describeSpan(root);
  const measurements = spanMeasurements(root);
  const trace = traceContext(root, { description, measurements, allowsPii });
  const { data } = trace;
  setSource(data, description.source);
  if (sampleRate !== undefined) data['sentry.sample_rate'] = sampleRate;
  if (tree.isLate) data['sentry.parent_span_already_sent'] = true;
  const facts = resourceFacts(root.resource, settings);
  const tags = eventTags(settings, data, facts.attributes);
  const user = eventUser(data, facts.attributes);
  const request = eventRequest(root, data);
  const { environment, release, serverName } = facts.identity;
  const event: TransactionEvent = {
    event_id: eventId,
    type: 'transaction',
    platform: 'node',
    transaction: description.description,
    transaction_info: { source: description.source },
    start_timestamp: start,
    timestamp: end,
    environment,
    sdk: { name: settings.sdk.name, version: settings.sdk.version },
    contexts: eventContexts({ trace, attributes: root.attributes, shared: facts.contexts }),
    spans: [],
  };
  // Assigned one by one: to spread optional parts into the literal takes as long as all the rest.
  if (release !== undefined) {
    event.release = release;
    const dist = validDist(settings);
    if (dist !== undefined) event.dist = dist;
  }
  if (serverName !== undefined) event.server_name = serverName;
  if (measurements !== undefined) event.measurements = measurements;
  if (tags !== undefined) event.tags = tags;
  if (user !== undefined) event.user = user;
  if (request !== undefined) event.request = request;
  return event;
}

interface Descent {
  readonly settings: ConversionSettings;
  readonly breadcrumbs: BreadcrumbCollector;
  readonly onSpanError: SpanErrorListener;
}

function addDescendants(
  event: TransactionEvent,
  spans: readonly ReadableSpan[],
  descent: Descent,
): Steps<void> {
  const { trace } = event.contexts;
  const placement: SpanPlacement = {
    traceId: trace.trace_id,
    rootSpanId: trace.span_id,
    start: event.start_timestamp,
    allowsPii: descent.settings.sendDefaultPii,
  };
  const spanIds = new Set([trace.span_id]);
  return forEachInSteps(spans, span => {
    try {
      const json = toSpanJson(span, placement);
      if (spanIds.has(json.span_id)) throw new TypeError('span id occurs twice in the transaction');
      descent.breadcrumbs.add(span);
      spanIds.add(json.span_id);
      event.spans.push(json);
    } catch (error) {
      descent.onSpanError(span, error);
    }
  });
}
