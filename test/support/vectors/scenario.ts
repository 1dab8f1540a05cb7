import { createHash } from 'node:crypto';
import {
  ROOT_CONTEXT,
  trace,
  type Context,
  type Span,
  type TextMapPropagator,
  type Tracer,
} from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  ParentBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';
import { describeError } from '../../../src/otel/diagnostics.js';
import type { SamplingContext } from '../../../src/index.js';
import { jsonOf, type ParsedEnvelope } from '../parse-envelope.js';
import { optionsOf, type BridgeParts, type PartsFactory } from './bridge-parts.js';
import type { Difference } from './matchers.js';
import { fieldsOf, isFields, numberOf, optionalFields, optionalList, textOf, type Fields } from './narrow.js';
import { fillPlaceholders, type Lookup } from './placeholders.js';
import type { PropagationCase } from './propagation-cases.js';
import { runStep } from './scenario-steps.js';
import { decodeMembers, decodeSpecialValues } from './special-values.js';
import { wireProblems } from './wire-rules.js';

/** A transaction as far as cases look at it. */
export interface SentTransaction {
  readonly traceId: unknown;
  readonly spanId: unknown;
  readonly parentSpanId: unknown;
  /** The `trace` header of its envelope. */
  readonly dsc: unknown;
}

/** Runs the steps of a case on one bridge and keeps what they show. */
export class Scenario {
  readonly parts: BridgeParts;
  readonly propagator: TextMapPropagator;
  readonly tracer: Tracer;
  /** What tracesSampler was given. */
  readonly samplerCalls: Fields[] = [];
  /** What the sampler answered. */
  readonly samplings: SamplingResult[] = [];
  /** Results of steps by name. */
  observed: Record<string, unknown> = {};
  readonly transactions: SentTransaction[] = [];
  /** Quantities by `reason/category`. */
  readonly reports: Record<string, number> = {};
  /** Broken rules. */
  readonly findings: Difference[] = [];
  readonly #case: PropagationCase;
  readonly #seed: string;
  readonly #contexts = new Map<string, Context>();
  readonly #spans = new Map<string, Span>();
  #round = 0;
  #idCount = 0;

  /** @throws what the bridge throws for unusable options */
  constructor(propagationCase: PropagationCase, createParts: PartsFactory, seed: string) {
    this.#case = propagationCase;
    this.#seed = seed;
    const { propagators, sampler } = propagationCase;
    this.parts = createParts(optionsOf(this.#options()));
    const list = propagators.map(name => this.#propagatorOf(name));
    const [only] = list;
    this.propagator =
      only !== undefined && list.length === 1 ? only : new CompositePropagator({ propagators: list });
    const root: Sampler = this.parts.sampler;
    this.tracer = new BasicTracerProvider({
      sampler: this.#observe(sampler === 'ParentBased' ? new ParentBasedSampler({ root }) : root),
      spanProcessors: [this.parts.spanProcessor],
      idGenerator: { generateTraceId: () => this.#nextId(32), generateSpanId: () => this.#nextId(16) },
    }).getTracer('vectors');
  }

  /** Runs the steps once; rounds after the first get other ids. */
  runRound(round: number): void {
    this.#round = round;
    for (const span of this.#spans.values()) span.end();
    this.#spans.clear();
    this.#contexts.clear();
    this.observed = {};
    for (const raw of this.#case.steps) {
      const step = fieldsOf(fillPlaceholders(decodeMembers(raw), this.#lookup));
      const result = runStep(this, step);
      if (result !== undefined && step['as'] !== undefined) this.observed[textOf(step['as'])] = result;
    }
  }

  /** Ends what is open, and reads transactions and client reports. */
  async finish(): Promise<void> {
    for (const span of [...this.#spans.values()].reverse())
      this.attempt('span.end', () => span.end(), undefined);
    await this.parts.flush();
    for (const envelope of this.parts.takeEnvelopes()) this.#read(envelope);
  }

  /** An exception is a finding, never the end of the case. */
  attempt<T>(what: string, run: () => T, fallback: T): T {
    try {
      return run();
    } catch (error) {
      this.findings.push({ path: `rule: ${what} never throws`, actual: describeError(error) });
      return fallback;
    }
  }

  /** The context of that name, ROOT unless given. */
  context(name: unknown): Context {
    if (name === undefined || name === 'ROOT') return ROOT_CONTEXT;
    const context = this.#contexts.get(textOf(name));
    if (context === undefined) throw new Error(`the case has no context ${textOf(name)} yet`);
    return context;
  }

  setContext(name: unknown, context: Context): void {
    this.#contexts.set(textOf(name), context);
  }

  span(name: unknown): Span {
    const span = this.#spans.get(textOf(name));
    if (span === undefined) throw new Error(`the case has no span ${textOf(name)} yet`);
    return span;
  }

  /** A span makes a context of its name. */
  setSpan(name: unknown, span: Span, parentContext: Context): void {
    this.#spans.set(textOf(name), span);
    this.setContext(name, trace.setSpan(parentContext, span));
  }

  /** An expectation with the ids of this run. */
  resolve(expected: unknown): unknown {
    return fillPlaceholders(decodeSpecialValues(expected), this.#lookup);
  }

  readonly #lookup: Lookup = (kind, name) => {
    if (kind === 'T')
      return this.#case.traceIds.replace('*', this.#digits('T', 33 - this.#case.traceIds.length));
    if (kind === 'S') return this.#digits('S', 16);
    const spanContext = this.#spans.get(name)?.spanContext();
    return kind === 'span' ? spanContext?.spanId : spanContext?.traceId;
  };

  #digits(name: string, length: number): string {
    return digest(`${this.#seed}/${name}/${this.#round}`, length);
  }

  #nextId(length: number): string {
    return digest(`${this.#seed}/${++this.#idCount}`, length);
  }

  #options(): Fields {
    const { tracesSampler, ...others } = this.#case.options;
    const options = decodeMembers(others);
    return tracesSampler === undefined
      ? options
      : { ...options, tracesSampler: this.#tracesSampler(fieldsOf(tracesSampler)) };
  }

  #tracesSampler(behaviour: Fields): (context: SamplingContext) => unknown {
    return context => {
      this.samplerCalls.push({ ...context, inheritOrSampleWith: typeof context.inheritOrSampleWith });
      if ('throws' in behaviour) throw new Error(textOf(behaviour['throws']));
      if (!('inheritOrSampleWith' in behaviour)) return decodeSpecialValues(behaviour['returns']);
      return context.inheritOrSampleWith(numberOf(behaviour['inheritOrSampleWith']));
    };
  }

  #propagatorOf(name: string): TextMapPropagator {
    if (name === 'sentry') return this.parts.propagator;
    return name === 'w3c-baggage' ? new W3CBaggagePropagator() : new W3CTraceContextPropagator();
  }

  #observe(sampler: Sampler): Sampler {
    return {
      shouldSample: (...details) => {
        const result = sampler.shouldSample(...details);
        this.samplings.push(result);
        return result;
      },
      toString: () => `observed ${sampler.toString()}`,
    };
  }

  #read(envelope: ParsedEnvelope): void {
    for (const problem of wireProblems(envelope))
      this.findings.push({ path: 'rule: Sentry accepts the envelope', actual: problem });
    for (const item of envelope.items) {
      const payload = fieldsOf(jsonOf(item));
      if (item.headers['type'] === 'client_report') this.#readReport(payload);
      if (item.headers['type'] === 'transaction') this.#readTransaction(payload, envelope.headers['trace']);
    }
  }

  #readReport(payload: Fields): void {
    for (const entry of optionalList(payload['discarded_events']).filter(isFields)) {
      const key = `${String(entry['reason'])}/${String(entry['category'])}`;
      this.reports[key] = (this.reports[key] ?? 0) + numberOf(entry['quantity']);
    }
  }

  #readTransaction(payload: Fields, dsc: unknown): void {
    const { trace_id, span_id, parent_span_id } = optionalFields(
      optionalFields(payload['contexts'])['trace'],
    );
    this.transactions.push({ traceId: trace_id, spanId: span_id, parentSpanId: parent_span_id, dsc });
  }
}

function digest(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}
