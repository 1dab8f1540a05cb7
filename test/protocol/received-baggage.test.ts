import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseSentryBaggage } from '../../src/protocol/baggage.js';
import { ReceivedBaggage } from '../../src/protocol/received-baggage.js';

const NAMES = ['trace_id', 'org_id'] as const;

const anyMember = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', ' ', '\t', 'x'),
      fc.constantFrom('sentry-', 'sentry', 'Sentry-', 'sentry-sentry-'),
      fc.constantFrom(
        ...NAMES,
        'trace_id ',
        'org_idx',
        ' org_id',
        '\ttrace_id',
        '\u00a0org_id',
        'org',
        'ORG_ID',
        'toString',
        '__proto__',
        '',
      ),
      fc.constantFrom('=', ' = ', '', '==', ';='),
      fc.constantFrom('', '1', 'a b', '%41', '%E0%A4', 'v;p=1', '"7"'),
    )
    .map(parts => parts.join('')),
  fc.string({ maxLength: 12 }),
);

/** Some of them longer than what is read. */
const anyText = fc
  .tuple(fc.constantFrom('', 'x=' + 'y'.repeat(8170)), fc.array(anyMember, { maxLength: 8 }))
  .map(([filler, members]) => (filler === '' ? members : [filler, ...members]).join(','));

const anyValue = fc.oneof(
  anyText,
  fc.array(anyText, { maxLength: 3 }),
  anyText.map(text => new TextEncoder().encode(text)),
  fc.constantFrom(undefined, null, 7, {}),
);

describe('ReceivedBaggage', () => {
  it('has the members a complete reading finds, each on its own, whatever came in', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(...NAMES), (value, name) => {
        const all = parseSentryBaggage(value);
        assert.equal(new ReceivedBaggage(value).member(name), all[name]);
        const received = new ReceivedBaggage(value);
        assert.deepEqual(received.dsc, all);
        assert.equal(received.member(name), all[name]);
      }),
    );
  });

  it('finds the last of several members of a name, past members that only begin like it', () => {
    const received = new ReceivedBaggage(
      'sentry-org_id=1,sentry-org_idx=2,sentry-org_id=3,x-sentry-org_id=4',
    );
    assert.equal(received.member('org_id'), '3');
  });

  it('stays as it was when a list or bytes change after they came in', () => {
    const list = ['sentry-org_id=1'];
    const bytes = new TextEncoder().encode('sentry-org_id=1');
    const received = [new ReceivedBaggage(list), new ReceivedBaggage(bytes)];
    list[0] = 'sentry-org_id=2';
    bytes.fill(0x20);
    assert.deepEqual(
      received.map(baggage => baggage.dsc['org_id']),
      ['1', '1'],
    );
  });
});
