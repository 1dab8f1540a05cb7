import type { NamePattern, SpanPattern } from '../options.js';

/** What a span pattern looks at. */
export interface MatchableSpan {
  readonly name: string;
  readonly op: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export function matchesName(patterns: readonly NamePattern[], name: string): boolean {
  return patterns.some(pattern => matchesText(pattern, name));
}

/** https://develop.sentry.dev/sdk/telemetry/spans/filtering/ */
export function matchesSpan(patterns: readonly (NamePattern | SpanPattern)[], span: MatchableSpan): boolean {
  return patterns.some(pattern => {
    if (typeof pattern === 'string' || pattern instanceof RegExp) return matchesText(pattern, span.name);
    const { name, op, attributes } = pattern;
    const isEmpty = Object.keys(attributes ?? {}).length === 0;
    if (name === undefined && op === undefined && isEmpty) return false;
    return (
      (name === undefined || matchesText(name, span.name)) &&
      (op === undefined || (span.op !== undefined && matchesText(op, span.op))) &&
      (attributes === undefined ||
        Object.entries(attributes).every(([key, wanted]) => matchesValue(wanted, span.attributes[key])))
    );
  });
}

function matchesText(pattern: NamePattern, text: string): boolean {
  if (typeof pattern === 'string') return text.includes(pattern);
  // An expression with g or y would continue where its last match ended, and remember where this one does.
  const plain =
    pattern.global || pattern.sticky
      ? new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
      : pattern;
  return plain.test(text);
}

function matchesValue(wanted: unknown, actual: unknown): boolean {
  if (typeof actual === 'string' && (typeof wanted === 'string' || wanted instanceof RegExp))
    return matchesText(wanted, actual);
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    return (
      wanted.length === actual.length &&
      wanted.every((element, index) => matchesValue(element, actual[index]))
    );
  }
  return wanted === actual;
}
