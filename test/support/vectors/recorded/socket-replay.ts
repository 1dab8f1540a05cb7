import { createSentryBridge } from '../../../../src/index.js';
import type { FakeSentry } from '../../fake-sentry.js';
import { jsonOf } from '../../parse-envelope.js';
import { optionsOf, withoutVariables, type BridgeParts } from '../bridge-parts.js';
import { fieldsOf, type Fields } from '../narrow.js';
import type { SpanCase } from '../span-case.js';
import { replaySpans, type Replay } from '../span-replay.js';
import { unified, type ComparableTransaction } from './recorded-transactions.js';

/** Replays a case through a bridge that sends over a real socket; the transactions in order of arrival. */
export async function replayOverSocket(
  item: SpanCase,
  sentry: FakeSentry,
): Promise<readonly ComparableTransaction[]> {
  const before = sentry.requests.length;
  const parts = partsOverSocket(item, sentry);
  try {
    const replay = await replaySpans(item, parts);
    await parts.close();
    const normalise = normaliser(item, replay);
    return sentry.acceptedEnvelopes.slice(before).flatMap(({ headers, items }) =>
      items
        .filter(({ headers: { type } }) => type === 'transaction')
        .map(transaction => ({
          trace: normalise(fieldsOf(headers['trace'])),
          event: normalise(fieldsOf(jsonOf(transaction))),
        })),
    );
  } finally {
    await parts.close();
  }
}

function partsOverSocket(item: SpanCase, sentry: FakeSentry): BridgeParts {
  const options = {
    ...optionsOf(item.options),
    // The host of a DSN names the organisation, and there is no such host.
    dsn: sentry.dsn,
    orgId: '1',
    lateSpanGraceMillis: 0,
  };
  const { sampler, propagator, spanProcessor, ...bridge } = withoutVariables(() =>
    createSentryBridge(options),
  );
  return {
    sampler,
    propagator,
    spanProcessor,
    reportsSampling: true,
    flush: () => bridge.flush(),
    close: () => bridge.close(),
    takeEnvelopes: () => [],
  };
}

/** Ids become names of spans and numbers of traces; what is of this run or machine is marked. */
function normaliser(item: SpanCase, { ended, refs }: Replay): (value: Fields) => Fields {
  const names = new Map<string, string>(refs);
  const traces = new Set<string>();
  for (const [name, { traceId, spanId }] of item.remotes) {
    traces.add(traceId);
    names.set(traceId, `remote-trace:${name}`).set(spanId, `remote:${name}`);
  }
  const traceIds = new Map(ended.map(span => [span.spanContext().spanId, span.spanContext().traceId]));
  // In order of their first spans.
  for (const spanId of refs.keys()) {
    const traceId = traceIds.get(spanId) ?? '';
    if (!names.has(traceId)) names.set(traceId, `T${traces.add(traceId).size}`);
  }
  const incoming = [...item.remotes.values()].map(({ baggage = '' }) => baggage).join();
  const replace = (text: string, key: string): string => {
    if (text === process.version) return '<node>';
    if (key === 'sample_rand' && !incoming.includes(text)) return '<sample_rand>';
    return names.get(text) ?? text;
  };
  return value => fieldsOf(unified(value, replace));
}
