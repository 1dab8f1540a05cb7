import assert from 'node:assert/strict';
import { MAX_ATTRIBUTE_VALUE_CHARS } from '../../../src/protocol/limits.js';
import { filterAttribute, filterAttributes } from '../../../src/conversion/privacy/attribute-filter.js';

const SERVER = { allowsPii: false, isOutgoing: false };
const CLIENT = { allowsPii: false, isOutgoing: true };
const CONSENT = { allowsPii: true, isOutgoing: false };

describe('filterAttribute', () => {
  describe('of long text', () => {
    const cut = (value: unknown) => filterAttribute('shop.note', value, SERVER);

    it('keeps what is no longer than the cap', () => {
      for (const length of [201, MAX_ATTRIBUTE_VALUE_CHARS])
        assert.equal(cut('x'.repeat(length)), 'x'.repeat(length));
    });

    it('cuts what is longer, with a mark that says how long it was, in lists and maps as well', () => {
      const mark = '… [cut, 10000 characters]';
      const shown = 'x'.repeat(MAX_ATTRIBUTE_VALUE_CHARS - mark.length) + mark;
      const long = 'x'.repeat(10_000);
      assert.equal(cut(long), shown);
      assert.deepEqual(cut(['a', long]), ['a', shown]);
      assert.deepEqual(cut({ a: { b: long } }), { a: { b: shown } });
    });

    it('keeps only the media type of a data: URL, however long it is', () => {
      assert.equal(cut(`data:image/png;base64,${'A'.repeat(100_000)}`), 'data:image/png');
    });
  });

  describe('of personal data', () => {
    const personal = [
      'client.address',
      'client.socket.address',
      'http.client_ip',
      'source.address',
      'user.id',
      'user.email',
      'enduser.id',
    ];
    for (const name of personal) {
      it(`sends ${name} only with consent`, () => {
        assert.equal(filterAttribute(name, 'x', SERVER), undefined);
        assert.equal(filterAttribute(name, 'x', CLIENT), undefined);
        assert.equal(filterAttribute(name, 'x', CONSENT), 'x');
      });
    }

    for (const name of ['network.peer.address', 'net.peer.ip', 'net.sock.peer.addr', 'net.sock.peer.name']) {
      it(`sends ${name} of the caller only with consent, and of a server always`, () => {
        assert.equal(filterAttribute(name, '10.0.0.1', SERVER), undefined);
        assert.equal(filterAttribute(name, '10.0.0.1', CLIENT), '10.0.0.1');
        assert.equal(filterAttribute(name, '10.0.0.1', CONSENT), '10.0.0.1');
      });
    }

    it('sends what only sounds like it', () => {
      for (const name of ['user_agent.original', 'sentry.user.id', 'userland']) {
        assert.equal(filterAttribute(name, 'x', SERVER), 'x');
      }
    });
  });

  it('never sends bound values of statements', () => {
    for (const name of ['db.query.parameter.0', 'db.query.parameter.email', 'db.operation.parameter.id']) {
      assert.equal(filterAttribute(name, 'x', CONSENT), undefined);
    }
  });

  describe('of URLs', () => {
    for (const name of ['url.full', 'http.url', 'url', 'url.original', 'http.target', 'url.path', 'my.own']) {
      it(`filters ${name}`, () => {
        assert.equal(
          filterAttribute(name, 'https://u:p@h/a?token=x', CONSENT),
          'https://[filtered]:[filtered]@h/a?token=[Filtered]',
        );
      });
    }

    it('filters a URL with spaces as a whole', () => {
      assert.equal(filterAttribute('http.target', '/a?token=x y z', SERVER), '/a?token=[Filtered]');
    });

    for (const name of ['url.query', 'http.query', 'url.fragment', 'http.fragment']) {
      it(`filters ${name}, with its mark or without`, () => {
        assert.equal(filterAttribute(name, 'a=b&token=x', SERVER), 'a=b&token=[Filtered]');
        assert.equal(filterAttribute(name, '?sig=x&a=b', SERVER), '?sig=[Filtered]&a=b');
      });
    }

    it('filters the texts of lists and maps', () => {
      assert.deepEqual(filterAttribute('urls', ['https://u:p@h', null, 'x'], SERVER), [
        'https://[filtered]:[filtered]@h',
        null,
        'x',
      ]);
      assert.deepEqual(filterAttribute('map', { a: { b: 'https://u:p@h', n: 1 } }, SERVER), {
        a: { b: 'https://[filtered]:[filtered]@h', n: 1 },
      });
      assert.deepEqual(filterAttribute('url.query', ['token=x'], SERVER), ['token=[Filtered]']);
    });
  });

  describe('of headers', () => {
    it('hides secret ones in the shape they have', () => {
      assert.deepEqual(filterAttribute('http.request.header.authorization', ['Bearer x'], CONSENT), [
        '[Filtered]',
      ]);
      assert.equal(filterAttribute('http.request.header.authorization', 'Bearer x', CONSENT), '[Filtered]');
      assert.equal(filterAttribute('http.request.header.x_api_key', 5, CONSENT), '[Filtered]');
      assert.equal(filterAttribute('http.request.header.x_api_key', true, CONSENT), '[Filtered]');
      assert.equal(filterAttribute('http.response.header.set_cookie', 'a=b', SERVER), '[Filtered]');
    });

    it('keeps the others', () => {
      assert.deepEqual(filterAttribute('http.request.header.accept', ['text/html'], SERVER), ['text/html']);
      assert.equal(filterAttribute('http.response.header.age', 5, SERVER), 5);
      assert.equal(filterAttribute('http.response.header.age', undefined, SERVER), undefined);
    });
  });

  it('filters connection strings', () => {
    assert.equal(
      filterAttribute('db.connection_string', 'host=h password=x', SERVER),
      'host=h password=[Filtered]',
    );
  });

  for (const [name, value, filtered] of [
    ['url.full', 'data:,secret', 'data:'],
    ['url.query', 'tok%65n=x', 'tok%65n=[Filtered]'],
    ['url.query', 'token=x?', 'token=[Filtered]'],
    ['db.connection_string', 'Server=h;Password=x', 'Server=h;Password=[Filtered]'],
    ['a', ['--token', 'x'], ['--token', 'x']],
  ] as const) {
    it(`turns ${JSON.stringify(value)} of ${name} into ${JSON.stringify(filtered)}`, () => {
      assert.deepEqual(filterAttribute(name, value, SERVER), filtered);
    });
  }

  it('filters command lines, as a list or a text', () => {
    assert.deepEqual(filterAttribute('process.command_args', ['node', '--token', 'x'], SERVER), [
      'node',
      '--token',
      '[Filtered]',
    ]);
    assert.equal(
      filterAttribute('process.command_line', 'node --token x y', SERVER),
      'node --token [Filtered] y',
    );
    assert.deepEqual(filterAttribute('process.command_args', ['node', 1], SERVER), ['node', 1]);
  });

  it('passes other values through', () => {
    for (const value of ['text', 1, true, ['a'], []])
      assert.deepEqual(filterAttribute('a', value, SERVER), value);
  });

  it('drops what cannot be sent', () => {
    assert.equal(
      filterAttribute('a', () => 1, SERVER),
      undefined,
    );
    assert.equal(filterAttribute('a', null, SERVER), undefined);
  });
});

describe('filterAttributes', () => {
  it('is what may leave', () => {
    const attributes = { a: 1, 'user.id': 'u', nan: Number.NaN, gone: undefined, u: 'https://a:b@h' };
    assert.deepEqual(filterAttributes(attributes, SERVER), {
      a: 1,
      nan: '[NaN]',
      u: 'https://[filtered]:[filtered]@h',
    });
  });
});
