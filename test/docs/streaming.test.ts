import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { describeSpan } from '../../src/conversion/operation.js';
import { streamedName } from '../../src/conversion/span-name.js';
import { MAX_CONTAINER_BYTES, MAX_CONTAINER_SPANS } from '../../src/protocol/limits.js';
import { buildSpan, type SpanInit } from '../support/spans.js';
import { AFTER_SEGMENT_MILLIS, spanNamed, streaming } from '../support/streaming.js';
import { column, MarkdownFile, onlyCode } from './support/documents.js';
import { LIMITS } from './support/constants.js';

const DOCUMENT = new MarkdownFile('docs/streaming.md');
const GET = { 'http.request.method': 'GET' };

/** A span for each row of the table of names that fills in a pattern. */
const NAMED: readonly (readonly [pattern: string, span: SpanInit])[] = [
  [
    '<method> <route>',
    { kind: SpanKind.SERVER, attributes: { ...GET, 'http.route': '/users/:id', 'url.path': '/users/7' } },
  ],
  ['<method>', { kind: SpanKind.SERVER, attributes: { ...GET, 'url.path': '/users/7' } }],
  ['<method> /', { kind: SpanKind.SERVER, attributes: { ...GET, 'url.path': '/' } }],
  [
    '<method> <template>',
    {
      kind: SpanKind.CLIENT,
      attributes: { ...GET, 'url.template': '/users/{id}', 'url.full': 'https://a.example/7' },
    },
  ],
  ['<method> <host>', { kind: SpanKind.CLIENT, attributes: { ...GET, 'url.full': 'https://a.example/7' } }],
];

const FILLED: Readonly<Record<string, string>> = {
  '<method>': 'GET',
  '<route>': '/users/:id',
  '<template>': '/users/{id}',
  '<host>': 'a.example',
};

describe('docs/streaming.md', () => {
  it('has the limits that apply', () => {
    const text = DOCUMENT.section('When spans leave').lines.join('\n');
    const limit = (name: string) =>
      LIMITS.find(one => one.name === name && one.path === 'streaming/stream-buffer.ts')?.value ?? 0;
    assert.ok(text.includes(`- ${limit('MAX_WAIT_MILLIS') / 1000} seconds after`));
    assert.equal(limit('SEGMENT_END_MILLIS'), 500);
    assert.ok(text.includes('half a second after'));
    assert.ok(text.includes(`${MAX_CONTAINER_SPANS} spans, or an estimated ${MAX_CONTAINER_BYTES} bytes`));
    const mebibytes = limit('MAX_WAITING_BYTES') / 1024 / 1024;
    assert.ok(text.includes(`${limit('MAX_BUCKETS')} traces and ${mebibytes} MiB wait`));
    assert.ok(text.includes(`above ${2 * mebibytes} MiB`));
  });

  it('has the attributes spans are given, and says which of them are on local roots only', async () => {
    const tracing = streaming({ release: 'shop@1', dist: '7', serverName: 'web-1' });
    const root = tracing.start('root');
    const child = tracing.start('child', root, {
      attributes: { 'db.system.name': 'mysql', 'db.query.text': 'select 1', 'db.query.summary': 'SELECT' },
    });
    child.setStatus({ code: 2, message: 'no' });
    child.end();
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const [onRoot, onChild] = [spanNamed(tracing, 'root'), spanNamed(tracing, 'SELECT')];
    const table = DOCUMENT.table('What a span carries');
    for (const [name = '', on] of table.rows) {
      const attribute = onlyCode(name);
      const isOnRoots = on === 'local roots';
      assert.equal(attribute in onChild.attributes, !isOnRoots, `${attribute} on a child`);
      if (isOnRoots) assert.ok(attribute in onRoot.attributes, `${attribute} on a root`);
    }
    const documented = column(table, 'attribute').map(onlyCode);
    const own = Object.keys(onChild.attributes).filter(name => name.startsWith('sentry.'));
    assert.deepEqual(
      own.filter(name => !documented.includes(name) && name !== 'sentry.kind'),
      [],
    );
  });

  for (const [pattern, init] of NAMED) {
    it(`has ${pattern} as a name, which is found`, () => {
      assert.ok(column(DOCUMENT.table('Names'), 'name').join(' ').includes(`\`${pattern}\``));
      const span = buildSpan(init);
      const expected = pattern.replace(/<\w+>/g, part => FILLED[part] ?? part);
      assert.equal(streamedName(span, describeSpan(span).description), expected);
    });
  }
});
