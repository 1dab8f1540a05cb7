import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseProxyAddress } from '../../src/transport/http-proxy-address.js';
import { ProxyError } from '../../src/transport/http-proxy-error.js';
import { isExempt } from '../../src/transport/http-proxy-exemption.js';
import { patternOf, textOf } from '../support/arbitraries/text.js';
import { assertQuick } from '../support/growth.js';
import { runs } from '../support/property-runs.js';
import { SECRET } from '../support/secrets.js';

const NO_PROXY_PIECES = [
  ',',
  ' ',
  '\n',
  '*',
  '.',
  '*.',
  'example.com',
  'sentry.io',
  'EXAMPLE',
  ':443',
  ':80',
  ':',
  '[::1]',
  '[',
  ']',
  '::1',
  '10.0.0.0/8',
  '127.0.0.1',
  '-',
  'localhost',
];
const anyHost = fc
  .stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8}){0,3}$/)
  .filter(host => URL.canParse(`https://${host}`));

describe('NO_PROXY', () => {
  it('can be anything, and what covers no host but others changes nothing', () => {
    fc.assert(
      fc.property(
        textOf(NO_PROXY_PIECES),
        anyHost,
        fc.constantFrom('http:', 'https:'),
        (noProxy, host, protocol) => {
          const target = new URL(`${protocol}//${host}/`);
          const before = isExempt(target, noProxy);
          assert.equal(isExempt(target, `${noProxy},x${host},y.${host}`), before);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('exempts a host that is in it, in any case and with its port, and the subdomains', () => {
    fc.assert(
      fc.property(textOf(NO_PROXY_PIECES), anyHost, fc.constantFrom(':443', ''), (noProxy, host, port) => {
        for (const list of [`${noProxy},${host}${port}`, `${host.toUpperCase()}${port} ${noProxy}`]) {
          assert.equal(isExempt(new URL(`https://${host}/`), list), true);
          assert.equal(isExempt(new URL(`https://sub.${host}/`), list), true);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('is read in time in proportion to its length', () => {
    const target = new URL('https://o1.ingest.sentry.io/');
    fc.assert(
      fc.property(patternOf(NO_PROXY_PIECES), pattern => {
        assertQuick('', pattern, noProxy => isExempt(target, noProxy));
      }),
      { numRuns: runs(10) },
    );
  });
});

describe('the URL of a proxy', () => {
  const pieces = [
    'http://',
    'https://',
    'socks5://',
    'user',
    ':',
    '@',
    '%',
    '%40',
    '/',
    '[::1]',
    ':3128',
    'proxy',
    '?',
    '#',
  ];

  it('is refused, or split into an address without credentials and a header, whatever it is', () => {
    fc.assert(
      fc.property(textOf(pieces), text => {
        const address = refusal(() => parseProxyAddress(text, 'the option proxy'));
        if (address instanceof ProxyError) return;
        assert.deepEqual([address.url.username, address.url.password], ['', '']);
        assert.match(address.url.protocol, /^https?:$/);
        if (address.authorization !== undefined) assert.match(address.authorization, /^Basic [\w+/]+=*$/);
      }),
      { numRuns: runs(200) },
    );
  });

  it('shows no password when it is refused', () => {
    fc.assert(
      fc.property(textOf(pieces), textOf(pieces), (start, end) => {
        const text = `${start}${SECRET}${end}`;
        const address = refusal(() => parseProxyAddress(text, 'the option proxy'));
        if (address instanceof ProxyError && URL.canParse(text))
          assert.equal(address.message.includes(SECRET), new URL(text).protocol.includes(SECRET));
        else if (address instanceof ProxyError) assert.equal(address.message.includes(SECRET), false);
      }),
      { numRuns: runs(200) },
    );
  });
});

/** What a function returns, or the refusal it throws. */
function refusal<T>(fn: () => T): T | ProxyError {
  try {
    return fn();
  } catch (error) {
    if (error instanceof ProxyError) return error;
    throw error;
  }
}
