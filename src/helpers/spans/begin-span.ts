import {
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { guard } from '../../otel/diagnostics.js';
import { SDK } from '../../sdk-info.js';
import { withoutTrace } from '../../trace-state/incoming-trace.js';
import { noteRoot } from '../root/local-root.js';
import type { StartSpanOptions } from './span-options.js';

/** A span that was started, and the context in which it is the active one. */
export interface BegunSpan {
  readonly span: Span;
  readonly context: Context;
}

/** Starts a span. Without one, for whatever reason, the active context stays and the span records nothing. */
export function beginSpan(given: string | StartSpanOptions | (() => StartSpanOptions)): BegunSpan {
  const none = { span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT), context: context.active() };
  return guard('starting a span', none, () => {
    const options = optionsOf(given);
    const parentContext = parentContextOf(options, none.context);
    const parent = trace.getSpan(parentContext);
    const hasParent = parent !== undefined && isSpanContextValid(parent.spanContext());
    if (options.onlyIfParent === true && !hasParent) return none;
    if (hasParent) noteRoot(parent);
    const tracer = options.tracer ?? trace.getTracer(SDK.name, SDK.version);
    const isRoot = !hasParent || parent.spanContext().isRemote === true;
    const span = tracer.startSpan(options.name, otelOptions(options, isRoot), parentContext);
    noteRoot(span);
    return { span, context: trace.setSpan(parentContext, span) };
  });
}

function optionsOf(given: string | StartSpanOptions | (() => StartSpanOptions)): StartSpanOptions {
  if (typeof given === 'function') return given();
  return typeof given === 'string' ? { name: given } : given;
}

function parentContextOf({ parent, root }: StartSpanOptions, active: Context): Context {
  if (root === true || parent === null) return withoutTrace(active);
  if (parent === undefined) return active;
  return isContext(parent) ? parent : trace.setSpan(active, parent);
}

function isContext(parent: Span | Context): parent is Context {
  return 'getValue' in parent;
}

function otelOptions(
  { attributes, op, kind, links, startTime }: StartSpanOptions,
  isRoot: boolean,
): SpanOptions {
  const all: Attributes = {
    // A name that was chosen here stands, whatever the attributes would say.
    ...(isRoot && { 'sentry.source': 'custom' }),
    ...(op !== undefined && { 'sentry.op': op }),
    ...attributes,
  };
  return {
    attributes: all,
    ...(kind !== undefined && { kind }),
    ...(links !== undefined && { links }),
    ...(startTime !== undefined && { startTime }),
  };
}
