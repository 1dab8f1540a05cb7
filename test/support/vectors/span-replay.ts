import {
  createTraceState,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ParsedEnvelope } from '../parse-envelope.js';
import type { BridgeParts } from './bridge-parts.js';
import type { Fields } from './narrow.js';
import {
  T0_MILLIS,
  type LinkedIds,
  type LinkPlan,
  type RemoteParent,
  type SpanCase,
  type SpanPlan,
  type StepPlan,
} from './span-case.js';

/** What was sent up to a step of a case, since the checkpoint before. */
export interface Checkpoint {
  /** `settle 1` after the first settle, and so on. */
  readonly name: string;
  readonly envelopes: readonly ParsedEnvelope[];
}

export interface Replay {
  readonly checkpoints: readonly Checkpoint[];
  /** As they ended, with and without the sampled flag. */
  readonly ended: readonly ReadableSpan[];
  /** By span id. */
  readonly refs: ReadonlyMap<string, string>;
}

const DECISIONS = { RECORD: 1, RECORD_AND_SAMPLED: 2 };

/** Timers that depend on each other come one per turn: more turns than that, and the machine may be as slow as it likes. */
const SETTLE_TURNS = 6;

/** Replays the spans of a case through the parts of a bridge. */
export async function replaySpans(item: SpanCase, parts: BridgeParts): Promise<Replay> {
  const stage = new Stage(item, parts);
  try {
    for (const step of item.steps) await stage.perform(step);
  } finally {
    stage.restoreTime();
  }
  return stage;
}

/** Lets everything happen that timers have been set for. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await new Promise(resolve => setTimeout(resolve, 1));
}

class Stage implements Replay {
  readonly checkpoints: Checkpoint[] = [];
  readonly ended: ReadableSpan[] = [];
  readonly refs = new Map<string, string>();
  readonly #item: SpanCase;
  readonly #parts: BridgeParts;
  readonly #provider: BasicTracerProvider;
  readonly #plans: ReadonlyMap<string, SpanPlan>;
  readonly #spans = new Map<string, Span>();
  readonly #systemNow = Date.now;

  constructor(item: SpanCase, parts: BridgeParts) {
    this.#item = item;
    this.#parts = parts;
    this.#plans = new Map(item.spans.map(plan => [plan.ref, plan]));
    this.#provider = new BasicTracerProvider({
      sampler:
        item.forcedDecision === undefined ? parts.sampler : forcedSampler(DECISIONS[item.forcedDecision]),
      resource: resourceFromAttributes(attributesOf(item.resource)),
      spanProcessors: [parts.spanProcessor, recordEnded(this.ended)],
    });
  }

  async perform({ verb, operands }: StepPlan): Promise<void> {
    switch (verb) {
      case 'start':
        return operands.forEach(ref => this.#start(ref));
      case 'end':
        return operands.forEach(ref => this.#end(ref));
      case 'start-all':
        return this.#filledBy(operands).forEach(ref => this.#start(ref));
      case 'end-all':
        return this.#filledBy(operands).forEach(ref => this.#end(ref));
      case 'advance':
        return this.#advance(Number(operands[0]) * 1000);
      case 'flush':
        await this.#parts.flush();
        break;
      case 'shutdown':
        await this.#provider.shutdown();
        break;
      case 'settle':
        await settle();
        break;
      default:
        throw new TypeError(`unknown step ${verb}`);
    }
    this.#reach(verb);
  }

  restoreTime(): void {
    Date.now = this.#systemNow;
  }

  #reach(verb: string): void {
    const count = this.checkpoints.filter(({ name }) => name.startsWith(verb)).length;
    this.checkpoints.push({ name: `${verb} ${count + 1}`, envelopes: this.#parts.takeEnvelopes() });
  }

  #advance(millis: number): void {
    const now = Date.now;
    Date.now = () => now() + millis;
  }

  #filledBy(fills: readonly string[]): string[] {
    return this.#item.spans
      .filter(({ fill }) => fill !== undefined && fills.includes(fill))
      .map(({ ref }) => ref);
  }

  #start(ref: string): void {
    const plan = this.#plan(ref);
    const [, name = plan.scope, version] = /^(.+)@([^@/]+)$/.exec(plan.scope) ?? [];
    const options = {
      kind: plan.kind,
      attributes: attributesOf(plan.attributes),
      links: plan.links.map(link => this.#link(link)),
      startTime: toHrTime(plan.start),
    };
    const span = this.#provider
      .getTracer(name, version)
      .startSpan(plan.name, options, this.#parentContext(plan.parent));
    this.#spans.set(ref, span);
    this.refs.set(span.spanContext().spanId, ref);
  }

  #end(ref: string): void {
    const plan = this.#plan(ref);
    const span = this.#span(ref);
    span.setAttributes(attributesOf(plan.lateAttributes));
    if (plan.rename !== undefined) span.updateName(plan.rename);
    for (const { name, at, attributes } of plan.events)
      span.addEvent(name, attributesOf(attributes), toHrTime(at));
    if (plan.status !== undefined) span.setStatus(plan.status);
    span.end(toHrTime(plan.end ?? plan.start));
  }

  #link({ to, attributes }: LinkPlan): Link {
    const context = typeof to === 'string' ? this.#span(to).spanContext() : toSpanContext(to);
    return { context, attributes: attributesOf(attributes) };
  }

  #parentContext(parent: string | undefined): Context {
    if (parent === undefined) return ROOT_CONTEXT;
    const remote = this.#item.remotes.get(parent.replace('remote:', ''));
    return remote === undefined
      ? trace.setSpan(ROOT_CONTEXT, this.#span(parent))
      : this.#remoteContext(remote);
  }

  #remoteContext({ format, traceId, spanId, sampled, flags, baggage }: RemoteParent): Context {
    const traceFlags = sampled === true ? 1 : 0;
    if (format === 'local')
      return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: false });
    if (format === 'traceparent') {
      const traceparent = `00-${traceId}-${spanId}-${flags ?? `0${traceFlags}`}`;
      return new W3CTraceContextPropagator().extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter);
    }
    const flag = sampled === undefined ? '' : `-${traceFlags}`;
    const carrier = {
      'sentry-trace': `${traceId}-${spanId}${flag}`,
      ...(baggage !== undefined && { baggage }),
    };
    return this.#parts.propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  }

  #plan(ref: string): SpanPlan {
    const plan = this.#plans.get(ref);
    if (plan === undefined) throw new Error(`the case has no span ${ref}`);
    return plan;
  }

  #span(ref: string): Span {
    const span = this.#spans.get(ref);
    if (span === undefined) throw new Error(`the span ${ref} has not been started`);
    return span;
  }
}

/** Exact to the nanosecond. */
function toHrTime(millis: number): HrTime {
  const nanos = BigInt(Math.round(millis * 1e6)) + BigInt(T0_MILLIS) * 1_000_000n;
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
}

function toSpanContext({ isRemote, tracestate, ...ids }: LinkedIds): SpanContext {
  return {
    ...ids,
    ...(isRemote !== undefined && { isRemote }),
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
}

function forcedSampler(decision: number): Sampler {
  return { shouldSample: () => ({ decision }), toString: () => 'forced' };
}

function recordEnded(ended: ReadableSpan[]): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd: span => void ended.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

/** Attributes of a case: any values, as an application without types could pass them. */
function attributesOf(members: Fields): Attributes {
  return members as Attributes;
}
