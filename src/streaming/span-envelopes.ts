import { MAX_CONTAINER_BYTES, MAX_CONTAINER_SPANS } from '../protocol/limits.js';
import { SPAN_CONTAINER_CONTENT_TYPE, spanContainer } from '../protocol/streamed-span.js';
import type { DynamicSamplingContext } from '../protocol/dynamic-sampling-context.js';
import type { EnvelopeItem } from '../protocol/envelope.js';
import { SDK } from '../sdk-info.js';
import { utf8Length } from '../sizing/utf8.js';
import type { OutgoingEnvelope } from '../transport/outgoing-envelope.js';

/** Spans of one trace in as many envelopes as they need: Sentry takes one container in each. */
export function spanEnvelopes(spans: readonly string[], trace: DynamicSamplingContext): OutgoingEnvelope[] {
  const envelopes: OutgoingEnvelope[] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const span of spans) {
    const size = utf8Length(span) + 1;
    if (batch.length === MAX_CONTAINER_SPANS || (batch.length > 0 && bytes + size > MAX_CONTAINER_BYTES)) {
      envelopes.push(toEnvelope(batch, trace));
      batch = [];
      bytes = 0;
    }
    batch.push(span);
    bytes += size;
  }
  if (batch.length > 0) envelopes.push(toEnvelope(batch, trace));
  return envelopes;
}

/** An item with spans that are JSON already. */
export function spanItem(spans: readonly string[]): EnvelopeItem {
  return {
    headers: { type: 'span', item_count: spans.length, content_type: SPAN_CONTAINER_CONTENT_TYPE },
    payload: spanContainer(spans),
  };
}

function toEnvelope(spans: readonly string[], trace: DynamicSamplingContext): OutgoingEnvelope {
  return {
    envelope: { headers: { sdk: SDK, trace }, items: [spanItem(spans)] },
    category: 'span',
    quantities: [{ category: 'span', quantity: spans.length }],
  };
}
