import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { payloadSize, serializeEnvelope, type Envelope } from '../../src/protocol/envelope.js';
import { anyUtf16 } from '../support/arbitraries/text.js';
import { parseEnvelope } from '../support/parse-envelope.js';

function textOf(envelope: Envelope): string {
  return Buffer.from(serializeEnvelope(envelope)).toString('utf8');
}

describe('serializeEnvelope', () => {
  it('writes headers, items and a final newline', () => {
    const envelope: Envelope = {
      headers: { event_id: '5e0d7a64c1b24f0e9a7b3d2c1f0e9d8c', sent_at: '2026-11-20T10:15:31.204Z' },
      items: [
        { headers: { type: 'transaction' }, payload: '{"a":1}' },
        { headers: { type: 'span', item_count: 2 }, payload: '[]' },
      ],
    };
    assert.equal(
      textOf(envelope),
      '{"event_id":"5e0d7a64c1b24f0e9a7b3d2c1f0e9d8c","sent_at":"2026-11-20T10:15:31.204Z"}\n' +
        '{"type":"transaction","length":7}\n{"a":1}\n' +
        '{"type":"span","item_count":2,"length":2}\n[]\n',
    );
  });

  it('writes an envelope without items', () => {
    assert.equal(textOf({ headers: {}, items: [] }), '{}\n');
  });

  it('gives the length in bytes, not in characters', () => {
    const payload = '{"name":"Größe 🎈 名"}';
    assert.match(textOf({ headers: {}, items: [{ headers: { type: 'event' }, payload }] }), /"length":27\}/);
  });

  it('separates an empty payload from the next item', () => {
    const items = [
      { headers: { type: 'attachment' }, payload: '' },
      { headers: { type: 'attachment' }, payload: new Uint8Array() },
    ];
    assert.equal(
      textOf({ headers: {}, items }),
      '{}\n{"type":"attachment","length":0}\n\n{"type":"attachment","length":0}\n\n',
    );
  });

  it('writes the sampling context as it is', () => {
    const trace = { trace_id: 'a', public_key: 'b', transaction: 'GET /x\n"y"' };
    const [header = ''] = textOf({ headers: { trace }, items: [] }).split('\n');
    assert.deepEqual(JSON.parse(header), { trace });
  });

  it('can be read back, whatever the payloads hold', () => {
    const items = fc.array(
      fc.record({
        headers: fc.record({ type: fc.string() }),
        payload: fc.oneof(fc.string({ unit: 'grapheme' }), anyUtf16, fc.uint8Array()),
      }),
    );
    const headers = fc.record(
      { event_id: fc.string(), trace: fc.dictionary(fc.string(), anyUtf16) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(headers, items, (headers, items) => {
        const read = parseEnvelope(serializeEnvelope({ headers, items }));
        const expected = JSON.stringify(headers, (_, value: unknown) =>
          typeof value === 'string' ? wellFormed(value) : value,
        );
        assert.deepEqual(JSON.stringify(read.headers), expected);
        assert.deepEqual(
          read.items.map(item => [item.headers['type'], item.payload]),
          items.map(item => [item.headers.type, Buffer.from(item.payload)]),
        );
      }),
    );
  });
});

describe('payloadSize', () => {
  it('sums the sizes of all payloads', () => {
    const items = [
      { headers: { type: 'event' }, payload: 'abc' },
      { headers: { type: 'attachment' }, payload: new Uint8Array(4) },
    ];
    assert.equal(payloadSize({ headers: {}, items }), 7);
    assert.equal(payloadSize({ headers: {}, items: [] }), 0);
  });
});

describe('the parser of the tests', () => {
  const read = (text: string) =>
    parseEnvelope(Buffer.from(text)).items.map(({ headers, payload }) => [
      headers['type'],
      payload.toString(),
    ]);

  const readable: [what: string, text: string, items: [string, string][]][] = [
    ['headers only', '{}', []],
    ['headers and a newline', '{}\n', []],
    ['an item without length, up to the end', '{}\n{"type":"a"}\nhello', [['a', 'hello']]],
    ['an item without length, up to the newline', '{}\n{"type":"a"}\nhello\n', [['a', 'hello']]],
    ['a carriage return as payload', '{}\n{"type":"a"}\nhello\r\n', [['a', 'hello\r']]],
    ['newlines inside a payload with length', '{}\n{"type":"a","length":3}\nx\ny\n', [['a', 'x\ny']]],
    ['an item header at the end', '{}\n{"type":"a"}', [['a', '']]],
    [
      'mixed items',
      '{}\n{"type":"a","length":1}\nx\n{"type":"b"}\ny',
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
    ],
  ];
  for (const [what, text, items] of readable) it(`reads ${what}`, () => assert.deepEqual(read(text), items));

  const malformed: [what: string, text: string][] = [
    ['nothing', ''],
    ['a payload that is too short', '{}\n{"type":"a","length":9}\nhello\n'],
    ['a payload that is too long', '{}\n{"type":"a","length":2}\nhello\n'],
    ['a second final newline', '{}\n{"type":"a","length":1}\nx\n\n'],
    ['a header that is not JSON', '{}\n{type}\nx\n'],
  ];
  for (const [what, text] of malformed) it(`refuses ${what}`, () => assert.throws(() => read(text)));
});

/** UTF-8 cannot carry half a character; it arrives as a replacement. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
