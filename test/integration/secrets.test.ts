import assert from 'node:assert/strict';
import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { LIFECYCLES } from '../support/lifecycles.js';
import {
  COOKIES,
  HEADER_PREFIXES,
  HEADERS,
  NAMES,
  QUERIES,
  QUERY_NAMES,
  SECRET,
  URLS,
} from '../support/secrets.js';
import { Tracing } from '../support/tracing.js';

const TIMEOUT_MILLIS = 30_000;
/** Spans of an SDK have 128 attributes at most. */
const NAMES_PER_SPAN = 100;
/** A root waits for the turn to end, a stream for more to come. */
const PATIENCE_MILLIS = 10_000;

const WHERE_QUERIES_ARE = product(QUERY_NAMES, QUERIES);
const WHERE_HEADERS_ARE = product(
  HEADER_PREFIXES.flatMap(prefix => HEADERS.map(header => prefix + header)),
  [`Bearer ${SECRET}`, SECRET, `sid=${SECRET}`],
);
const WHERE_COOKIES_ARE = product(['http.request.header.cookie', 'http.response.header.set-cookie'], COOKIES);

for (const traceLifecycle of LIFECYCLES) {
  for (const sendDefaultPii of [false, true]) {
    describe(`the bytes sent (${traceLifecycle}${sendDefaultPii ? ', sendDefaultPii' : ''})`, function () {
      this.timeout(TIMEOUT_MILLIS);

      /** Spans with these attributes, and with `text` wherever else an application can write; everything that leaves. */
      async function bytesOf(sets: readonly Attributes[], text: string): Promise<string> {
        const tracing = new Tracing({
          traceLifecycle,
          sendDefaultPii,
          captureExceptions: 'all',
          tagAttributes: [/./],
          resource: { 'service.name': text, 'service.version': text, 'deployment.environment.name': text },
        });
        for (const [index, attributes] of sets.entries()) {
          const kind = index % 2 === 0 ? SpanKind.SERVER : SpanKind.CLIENT;
          const root = tracing.start(text, undefined, { kind, attributes });
          root.addEvent(text, { ...attributes, link: text });
          root.setStatus({ code: SpanStatusCode.ERROR, message: text });
          root.recordException(new Error(`cannot ${text}`));
          const context = { ...root.spanContext(), isRemote: true };
          const child = tracing.start(`call ${text}`, root, {
            kind: SpanKind.CLIENT,
            attributes: { 'http.request.method': 'GET', ...attributes },
            links: [{ context, attributes }],
          });
          child.recordException({
            name: 'Error',
            message: text,
            stack: `Error: ${text}\n    at f (/app/a.js:1:2)`,
          });
          child.end();
          root.end();
        }
        await tracing.pass(PATIENCE_MILLIS);
        await tracing.processor.forceFlush();
        const { envelopes } = tracing.mailbox;
        assert.ok(envelopes.length >= sets.length);
        return envelopes
          .flatMap(({ headers, items }) => [
            JSON.stringify(headers),
            ...items.map(({ payload }) => payload.toString()),
          ])
          .join('\n');
      }

      for (const url of URLS) {
        it(`hold no secret of ${url.replaceAll(SECRET, '…')} under any name`, async () => {
          assertClean(await bytesOf(batches(NAMES.map(name => [name, url])), url));
        });
      }

      for (const [what, places] of [
        ['queries', WHERE_QUERIES_ARE],
        ['headers', WHERE_HEADERS_ARE],
        ['cookies', WHERE_COOKIES_ARE],
      ] as const) {
        it(`hold no secret of ${what}`, async () => {
          const sets = places.flatMap(([name, value]) => [{ [name]: value }, { [name]: [value] }]);
          assertClean(await bytesOf(sets, what));
        });
      }
    });
  }
}

function assertClean(bytes: string): void {
  const at = bytes.indexOf(SECRET);
  assert.equal(at, -1, bytes.slice(Math.max(0, at - 200), at + 50));
}

function batches(entries: readonly (readonly [string, string])[]): Attributes[] {
  const count = Math.ceil(entries.length / NAMES_PER_SPAN);
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(entries.slice(index * NAMES_PER_SPAN, (index + 1) * NAMES_PER_SPAN)),
  );
}

function product(names: readonly string[], values: readonly string[]): (readonly [string, string])[] {
  return names.flatMap(name => values.map(value => [name, value] as const));
}
