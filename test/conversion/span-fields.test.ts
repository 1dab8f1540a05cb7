import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { TransactionEvent } from '../../src/protocol/transaction.js';
import { toTransaction } from '../../src/conversion/transaction.js';
import { buildSpan, buildTree } from '../support/spans.js';
import { conversionSettings } from './settings.js';

interface Vector {
  readonly id: string;
  readonly span: {
    readonly name: string;
    readonly kind?: keyof typeof SpanKind;
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly status?: { readonly code: keyof typeof SpanStatusCode; readonly message?: string };
    readonly scope?: { readonly name: string; readonly version?: string };
  };
  /** `source` is there for the roots of transactions only. */
  readonly expected: Readonly<
    Record<'op' | 'description' | 'source' | 'status' | 'origin', string | undefined>
  >;
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../vectors/span-fields.json', import.meta.url), 'utf8'),
);

/** Values JSON cannot express are written as `{"$t": <what>}`. */
function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null || !('$t' in value)) return value;
  switch (value.$t) {
    case 'nan':
      return Number.NaN;
    case 'inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    case '-0':
      return -0;
    case 'bigint':
      return 12345678901234567890n;
    default:
      return undefined;
  }
}

function convert({ span }: Vector, isRoot: boolean): TransactionEvent {
  const built = buildSpan({
    name: span.name,
    kind: SpanKind[span.kind ?? 'INTERNAL'],
    attributes: Object.fromEntries(
      Object.entries(span.attributes ?? {}).map(([key, value]) => [key, decode(value)]),
    ),
    status: { ...span.status, code: SpanStatusCode[span.status?.code ?? 'UNSET'] },
    scope: span.scope ?? { name: '' },
  });
  const tree = isRoot ? buildTree(built) : buildTree(buildSpan(), built);
  const event = toTransaction(
    tree,
    { eventId: 'e'.repeat(32), settings: conversionSettings() },
    (_, error) => {
      throw error;
    },
  );
  assert.ok(event);
  return event;
}

describe('fields of a span', () => {
  for (const vector of VECTORS) {
    const { op, description, source, status, origin } = vector.expected;
    const isRoot = source !== undefined;

    it(`are ${op ?? 'no op'}, ${status}, ${origin} for ${vector.id}`, () => {
      const event = convert(vector, isRoot);
      const span = isRoot ? { ...event.contexts.trace, description: event.transaction } : event.spans[0];
      assert.ok(span);
      assert.deepEqual(
        { op: span.op, description: span.description, status: span.status, origin: span.origin },
        { op, description, status, origin },
      );
      if (isRoot) assert.equal(event.transaction_info.source, source);
      assert.doesNotThrow(() => JSON.stringify(event));
    });
  }
});
