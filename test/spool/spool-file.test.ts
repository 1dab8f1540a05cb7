import assert from 'node:assert/strict';
import { crc32 as nodeCrc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { payloadSize, serializeEnvelope, type Envelope } from '../../src/protocol/envelope.js';
import { crc32 } from '../../src/spool/crc32.js';
import {
  MAX_HEAD_BYTES,
  readSpoolFile,
  readSpoolFileHead,
  writeSpoolFile,
  type SpoolFileHead,
} from '../../src/spool/spool-file.js';
import { parseStoredEnvelope } from '../../src/spool/stored-envelope.js';
import { anyUtf16 } from '../support/arbitraries/text.js';
import { parseEnvelope } from '../support/parse-envelope.js';
import { runs } from '../support/property-runs.js';

const HEAD: SpoolFileHead = {
  category: 'transaction',
  quantities: [
    { category: 'transaction', quantity: 1 },
    { category: 'span', quantity: 3 },
  ],
};
const bytes = fc.uint8Array({ maxLength: 300 });

describe('crc32', () => {
  it('is the one everybody uses', () => {
    assert.equal(crc32(new TextEncoder().encode('123456789')), 'cbf43926');
    fc.assert(
      fc.property(bytes, data => {
        assert.equal(crc32(data), nodeCrc32(data).toString(16).padStart(8, '0'));
      }),
    );
  });
});

describe('spool file', () => {
  it('holds what it was given, whatever that is', () => {
    fc.assert(
      fc.property(bytes, envelope => {
        const file = writeSpoolFile(HEAD, envelope);
        assert.deepEqual(readSpoolFile(file), { head: HEAD, envelope });
        assert.deepEqual(readSpoolFileHead(file.subarray(0, MAX_HEAD_BYTES), file.byteLength), HEAD);
      }),
    );
  });

  it('can be looked at', () => {
    const text = new TextDecoder().decode(writeSpoolFile(HEAD, new TextEncoder().encode('{}\n')));
    assert.deepEqual(text.split('\n').slice(1), [
      '{"category":"transaction","quantities":[{"category":"transaction","quantity":1},{"category":"span","quantity":3}],"bytes":3,"checksum":"dda1b006"}',
      '{}',
      '',
    ]);
    assert.match(text, /^otel-sentry-bridge spool 1 [0-9a-f]{8} [0-9a-f]{8}\n/);
  });

  it('needs only its beginning to be accounted for, however long it is', () => {
    const file = writeSpoolFile(HEAD, new Uint8Array(1_000_000));
    assert.deepEqual(readSpoolFileHead(file.subarray(0, MAX_HEAD_BYTES), file.byteLength), HEAD);
  });

  it('is not read when it was cut anywhere, nor when something was added', () => {
    const file = writeSpoolFile(HEAD, new Uint8Array(100));
    for (let size = 0; size < file.byteLength; size++) {
      const cut = file.subarray(0, size);
      assert.equal(readSpoolFileHead(cut, size), undefined);
      assert.equal(readSpoolFile(cut), undefined);
    }
    assert.equal(readSpoolFileHead(file, file.byteLength + 1), undefined);
  });

  it('is not read when any bit is another one', () => {
    const file = writeSpoolFile(HEAD, new Uint8Array(100).fill(65));
    for (let bit = 0; bit < file.byteLength * 8; bit++) {
      const damaged = Uint8Array.from(file);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(readSpoolFile(damaged), undefined, `bit ${bit}`);
    }
  });

  it('is not read when it is something else', () => {
    fc.assert(
      fc.property(bytes, data => {
        assert.equal(readSpoolFile(data), undefined);
        assert.equal(readSpoolFileHead(data, data.byteLength), undefined);
      }),
    );
  });

  it('is not read when it is of another version', () => {
    const text = new TextDecoder().decode(writeSpoolFile(HEAD, new Uint8Array()));
    const other = new TextEncoder().encode(text.replace('spool 1', 'spool 2'));
    assert.equal(readSpoolFile(other), undefined);
  });

  it('is not read when its description is whole and means nothing', () => {
    const descriptions: unknown[] = [
      null,
      [],
      {},
      { category: 'weather', quantities: [] },
      { category: 'error', quantities: {} },
      { category: 'error', quantities: [{ category: 'error' }] },
      { category: 'error', quantities: [{ category: 'error', quantity: 1.5 }] },
      { category: 'error', quantities: [null] },
    ];
    for (const description of descriptions) {
      const record = typeof description === 'object' ? { ...description } : {};
      const head = new TextEncoder().encode(
        `${JSON.stringify({ ...record, bytes: 0, checksum: '00000000' })}\n`,
      );
      const length = head.byteLength.toString(16).padStart(8, '0');
      const first = new TextEncoder().encode(`otel-sentry-bridge spool 1 ${length} ${crc32(head)}\n`);
      const file = Uint8Array.from([...first, ...head]);
      assert.equal(readSpoolFile(file), undefined, JSON.stringify(description));
    }
  });
});

describe('stored envelope', () => {
  const envelopes: [title: string, envelope: Envelope][] = [
    ['without items', { headers: {}, items: [] }],
    [
      'with a header of every kind',
      {
        headers: {
          event_id: 'a'.repeat(32),
          sdk: { name: 'sdk', version: '1' },
          trace: { trace_id: 'b'.repeat(32), public_key: 'c' },
        },
        items: [{ headers: { type: 'span', item_count: 2, content_type: 'x/y' }, payload: '{"ü":"😀"}' }],
      },
    ],
    [
      'with newlines and nothing in payloads',
      {
        headers: {},
        items: [
          { headers: { type: 'event' }, payload: '\n\n' },
          { headers: { type: 'event' }, payload: '' },
          { headers: { type: 'profile', platform: 'node' }, payload: Uint8Array.of(0, 10, 255) },
        ],
      },
    ],
  ];
  for (const [title, envelope] of envelopes) {
    it(`is the same again ${title}`, () => {
      const bytes = serializeEnvelope(envelope);
      const again = parseStoredEnvelope(bytes);
      assert.ok(again !== undefined);
      assert.deepEqual(serializeEnvelope(again), bytes);
      assert.deepEqual(again.headers, envelope.headers);
    });
  }

  const others = [
    '',
    'x',
    '[]\n',
    'null\n',
    '{}',
    '{}\n{}\n',
    '{}\n{"type":"event"}\n{}\n',
    '{}\n{"type":"event","length":9}\n{}\n',
    '{}\n{"type":"event","length":-1}\n{}\n',
    '{}\n{"type":"event","length":2}\n{}',
    '{}\n{"type":"event","length":2}\n{}x',
  ];
  for (const text of others) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      assert.equal(parseStoredEnvelope(new TextEncoder().encode(text)), undefined);
    });
  }

  const item = fc.record({
    headers: fc.record({ type: fc.constantFrom('event', 'transaction', 'span') }),
    payload: fc.oneof(anyUtf16, fc.uint8Array({ maxLength: 60 })),
  });
  const anyEnvelope: fc.Arbitrary<Envelope> = fc.record({
    headers: fc.record({ event_id: anyUtf16 }, { requiredKeys: [] }),
    items: fc.array(item, { maxLength: 4 }),
  });

  it('is the same again, whatever it holds', () => {
    fc.assert(
      fc.property(anyEnvelope, envelope => {
        const bytes = serializeEnvelope(envelope);
        const again = parseStoredEnvelope(bytes);
        assert.ok(again !== undefined);
        assert.deepEqual(parseEnvelope(serializeEnvelope(again)), parseEnvelope(bytes));
      }),
    );
  });

  it('is read or not, but never throws and never reads beyond its end, when it is damaged', () => {
    const damage = fc.record({
      bits: fc.array(fc.nat(), { maxLength: 4 }),
      cut: fc.nat(),
      isCut: fc.boolean(),
    });
    fc.assert(
      fc.property(anyEnvelope, damage, (envelope, { bits, cut, isCut }) => {
        const bytes = serializeEnvelope(envelope);
        const damaged = Uint8Array.from(isCut ? bytes.subarray(0, cut % (bytes.byteLength + 1)) : bytes);
        for (const bit of bits) {
          const at = (bit >> 3) % Math.max(1, damaged.byteLength);
          damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
        }
        const read = parseStoredEnvelope(damaged);
        if (read === undefined) return;
        assert.ok(payloadSize(read) <= damaged.byteLength);
        assert.doesNotThrow(() => serializeEnvelope(read));
      }),
      { numRuns: runs(300) },
    );
  });
});
