import type { Link } from '@opentelemetry/api';
import { isSampled } from '../otel/trace-flags.js';
import type { SpanLinkJson } from '../protocol/transaction.js';
import { spanIdOf, traceIdOf } from './ids.js';
import { filterAttributes, type PrivacyPolicy } from './privacy/attribute-filter.js';

/**
 * Links of a span; `undefined` when there are none. Those without valid ids are left out: Sentry could not follow them.
 * https://develop.sentry.dev/sdk/telemetry/traces/span-links/
 */
export function spanLinks(links: readonly Link[], policy: PrivacyPolicy): SpanLinkJson[] | undefined {
  if (links.length === 0) return undefined;
  const json: SpanLinkJson[] = [];
  for (const { context, attributes } of links) {
    const traceId = traceIdOf(context.traceId);
    const spanId = spanIdOf(context.spanId);
    if (traceId === undefined || spanId === undefined) continue;
    const link: SpanLinkJson = {
      trace_id: traceId,
      span_id: spanId,
      // Other bits of the flags have other meanings: only this one says that the trace was kept.
      sampled: isSampled(context),
    };
    const filtered = attributes && filterAttributes(attributes, policy);
    if (filtered && Object.keys(filtered).length > 0) link.attributes = filtered;
    json.push(link);
  }
  return json.length === 0 ? undefined : json;
}
