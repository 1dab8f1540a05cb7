import { stringAttribute, type AttributeMap } from '../otel/attributes.js';
import { MAX_OP_CHARS } from '../protocol/limits.js';
import type { TransactionSource } from '../protocol/transaction.js';
import { cachedByName } from './cached-by-name.js';
import { filterText } from './privacy/text-filter.js';
import { describeCache } from './semantics/cache.js';
import { describeDatabase } from './semantics/database.js';
import { describeFaas } from './semantics/faas.js';
import type { DescribableSpan, Family, FamilyDescription } from './semantics/family.js';
import { describeFileSystem } from './semantics/file-system.js';
import { describeFrameworkLayer, LAYER_ATTRIBUTES } from './semantics/framework-layers.js';
import { describeGenAi } from './semantics/gen-ai.js';
import { describeGraphql } from './semantics/graphql.js';
import { describeHttp } from './semantics/http.js';
import { describeMcp } from './semantics/mcp.js';
import { describeMessaging } from './semantics/messaging.js';
import { describeRpc } from './semantics/rpc.js';
import { cutText } from './text.js';

export type { DescribableSpan } from './semantics/family.js';

export interface SpanDescription {
  /** Absent: nothing is known about the span; Sentry shows `default`. */
  readonly op?: string;
  readonly description: string;
  /** How the description was found; of interest where it names a transaction. */
  readonly source: TransactionSource;
}

/**
 * The first that recognises a span describes it: what is more specific, or wraps the others, stands first. Each is asked
 * only about spans with an attribute of its namespace (what precedes the first dot), if it names one: most spans then
 * need one question, not eleven.
 */
const FAMILIES: readonly (readonly [describe: Family, namespaces?: readonly string[]])[] = [
  [describeMcp, ['mcp']],
  [describeFrameworkLayer, LAYER_ATTRIBUTES.map(namespaceOf)],
  [describeHttp, ['http']],
  [describeCache, ['cache']],
  [describeDatabase, ['db']],
  [describeGenAi, ['gen_ai']],
  [describeMessaging, ['messaging']],
  [describeRpc, ['rpc']],
  [describeFaas, ['faas']],
  [describeGraphql],
  [describeFileSystem],
];

/** Bit n is set for the families that are asked about every span. */
const ALWAYS = FAMILIES.reduce(
  (bits, [, names], index) => (names === undefined ? bits | (1 << index) : bits),
  0,
);

/** Bit n is set if an attribute of this name is a reason to ask the family n. */
const candidatesOf = cachedByName(name => {
  const namespace = namespaceOf(name);
  return {
    bits: FAMILIES.reduce(
      (bits, [, names], index) => (names?.includes(namespace) === true ? bits | (1 << index) : bits),
      0,
    ),
  };
});

const SOURCES: readonly TransactionSource[] = [
  'custom',
  'url',
  'route',
  'view',
  'component',
  'sanitized',
  'task',
  'unknown',
];

/** Name of what has none. */
const UNKNOWN_NAME = '<unknown>';

/**
 * What a span does, in Sentry's terms, from its attributes: old and stable semantic conventions alike, so it can be
 * asked when the span starts as well as when it has ended. Explicit `sentry.*` attributes win.
 * https://develop.sentry.dev/sdk/telemetry/traces/span-operations/
 */
export function describeSpan(span: DescribableSpan): SpanDescription {
  const family = familyOf(span);
  const { description, source } = nameSpan(span, family);
  const op = stringAttribute(span.attributes, 'sentry.op') ?? family?.op;
  const filtered = filterText(description, false);
  const shown = filtered.trim() === '' ? UNKNOWN_NAME : filtered;
  if (op === undefined) return { description: shown, source };
  return { op: cutText(filterText(op, false), MAX_OP_CHARS), description: shown, source };
}

function familyOf(span: DescribableSpan): FamilyDescription | undefined {
  let candidates = ALWAYS;
  for (const name in span.attributes) candidates |= candidatesOf(name).bits;
  for (let index = 0; candidates !== 0; index++, candidates >>>= 1) {
    const description = (candidates & 1) === 0 ? undefined : FAMILIES[index]?.[0](span);
    if (description !== undefined) return description;
  }
  return undefined;
}

function namespaceOf(attribute: string): string {
  const dot = attribute.indexOf('.');
  return dot === -1 ? attribute : attribute.slice(0, dot);
}

function nameSpan(
  span: DescribableSpan,
  family: FamilyDescription | undefined,
): Required<Omit<SpanDescription, 'op'>> {
  const explicitSource = sourceAttribute(span.attributes);
  const customName = stringAttribute(span.attributes, 'sentry.custom_span_name');
  if (customName !== undefined) {
    return { description: customName, source: explicitSource ?? family?.sourceOfCustomName ?? 'custom' };
  }
  if (explicitSource === 'custom') return { description: span.name, source: 'custom' };
  return {
    description: family?.description ?? span.name,
    source: explicitSource ?? family?.source ?? 'custom',
  };
}

// Sentry groups by source, so only the ones it knows are taken over.
function sourceAttribute(attributes: AttributeMap): TransactionSource | undefined {
  const source = stringAttribute(attributes, 'sentry.segment.name.source', 'sentry.source');
  return source === undefined ? undefined : SOURCES.find(known => known === source);
}
