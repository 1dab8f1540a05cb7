import assert from 'node:assert/strict';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
} from '@opentelemetry/api';
import type { TransactionEvent } from '../../src/protocol/transaction.js';
import { Tracing } from './tracing.js';

/** The instrumentation that makes a span. */
export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** A span as an instrumentation writes it. */
export interface PublishedSpan {
  readonly scope: Scope;
  readonly name: string;
  readonly kind?: SpanKind;
  /** When it starts. */
  readonly attributes?: Attributes;
  /** Before it ends. */
  readonly later?: Attributes;
  readonly links?: Link[];
  readonly exception?: Error;
  /** With this message, if any, the status is an error. */
  readonly error?: { readonly message?: string };
  /** Runs while it is open, in its context. */
  readonly during?: (context: Context) => void;
  readonly children?: readonly PublishedSpan[];
}

/** A span of the application itself. */
export function ofApplication(name: string, ...children: PublishedSpan[]): PublishedSpan {
  return { scope: { name: 'shop', version: '1.2.3' }, name, children };
}

/** Writes a span and those below it with the tracer of its instrumentation. */
export function publish(tracing: Tracing, published: PublishedSpan, parent: Context = ROOT_CONTEXT): void {
  const { scope, name, kind = SpanKind.INTERNAL, attributes = {}, links = [] } = published;
  const tracer = tracing.provider.getTracer(scope.name, scope.version);
  const span = tracer.startSpan(name, { kind, attributes, links }, parent);
  const context = trace.setSpan(parent, span);
  published.during?.(context);
  for (const child of published.children ?? []) publish(tracing, child, context);
  if (published.later) span.setAttributes(published.later);
  if (published.exception) span.recordException(published.exception);
  if (published.error) span.setStatus({ code: SpanStatusCode.ERROR, ...published.error });
  span.end();
}

/** The transactions that come of spans. */
export async function transactionsOf(...published: readonly PublishedSpan[]): Promise<TransactionEvent[]> {
  const tracing = new Tracing();
  for (const span of published) publish(tracing, span);
  return sentBy(tracing);
}

const LONGER_THAN_ANY_WAIT_MILLIS = 60_000;

export async function sentBy(tracing: Tracing): Promise<TransactionEvent[]> {
  await tracing.pass(LONGER_THAN_ANY_WAIT_MILLIS);
  return tracing.mailbox.transactions;
}

/**
 * A transaction as a person sees it: one line per span, children below and to the right of their parent:
 * `op | description | status | origin`, `-` for no op, after the description of the root its source.
 */
export function linesOf({ transaction, transaction_info, contexts, spans }: TransactionEvent): string[] {
  const { span_id: rootId, op = '-', status, origin } = contexts.trace;
  const below = (parentId: string, indent: string): string[] =>
    spans
      .filter(span => span.parent_span_id === parentId)
      .flatMap(span => [
        `${indent}${span.op ?? '-'} | ${span.description} | ${span.status} | ${span.origin}`,
        ...below(span.span_id, `${indent}  `),
      ]);
  const root = `${op} | ${transaction} (${transaction_info.source}) | ${status} | ${origin}`;
  const lines = [root, ...below(rootId, '  ')];
  assert.equal(lines.length, spans.length + 1, 'every span hangs on the root');
  return lines;
}

/** Checks these attributes of the span that is described like this; one that is `undefined` here must not be there. */
export function expectData(
  transactions: readonly TransactionEvent[],
  description: string,
  expected: Readonly<Record<string, unknown>>,
): void {
  const all = transactions.flatMap(({ transaction, contexts, spans }) => [
    { description: transaction, data: contexts.trace.data },
    ...spans,
  ]);
  const [found, ...others] = all.filter(span => span.description === description);
  assert.ok(found !== undefined && others.length === 0, `one span is described as ${description}`);
  const actual = Object.fromEntries(Object.keys(expected).map(name => [name, found.data?.[name]]));
  assert.deepEqual(actual, expected);
}
