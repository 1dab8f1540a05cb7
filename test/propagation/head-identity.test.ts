import assert from 'node:assert/strict';
import { SpanKind, type Attributes } from '@opentelemetry/api';
import { createHeadIdentifier } from '../../src/propagation/head-identity.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { resolveIdentity } from '../../src/conversion/identity.js';
import type { HeadIdentity, NamedSpan } from '../../src/trace-state/segment-record.js';
import { configOf } from '../support/shared.js';
import { DSN, PUBLIC_KEY } from '../support/trace-headers.js';
import { untypedAttributes } from '../support/untyped.js';

function identify(
  options: SentryBridgeOptions = {},
  root?: NamedSpan,
  env: Record<string, string> = {},
): HeadIdentity {
  return createHeadIdentifier(configOf({ dsn: DSN, ...options }, env))(root);
}

function spanWith(kind: keyof typeof SpanKind, name: string, attributes: Attributes): NamedSpan {
  return { name, kind: SpanKind[kind], attributes };
}

function withResource(attributes: Attributes): NamedSpan {
  return { ...spanWith('INTERNAL', 'job', {}), resource: { attributes } };
}

describe('createHeadIdentifier', () => {
  it('says who the options say we are', () => {
    assert.deepEqual(identify({ release: 'shop@1', environment: 'staging', orgId: 9 }), {
      publicKey: PUBLIC_KEY,
      orgId: '9',
      environment: 'staging',
      release: 'shop@1',
      transaction: undefined,
    });
  });

  it('takes the organisation of the DSN, and production, when nothing else is said', () => {
    assert.deepEqual(identify(), {
      publicKey: PUBLIC_KEY,
      orgId: '7',
      environment: 'production',
      release: undefined,
      transaction: undefined,
    });
  });

  it('has no key without a DSN', () => {
    const { publicKey, orgId } = identify({ dsn: '' });
    assert.deepEqual([publicKey, orgId], [undefined, undefined]);
  });

  describe('release and environment', () => {
    it('come from the resource of the root when no option names them', () => {
      const root = withResource({ 'service.version': '1.2.3', 'deployment.environment.name': 'qa' });
      const { release, environment } = identify({}, root);
      assert.deepEqual([release, environment], ['1.2.3', 'qa']);
    });

    it('come from the options rather than the resource', () => {
      const root = withResource({ 'service.version': '1.2.3', 'deployment.environment.name': 'qa' });
      const { release, environment } = identify({ release: 'shop@1', environment: 'staging' }, root);
      assert.deepEqual([release, environment], ['shop@1', 'staging']);
    });

    it('come from the build environment last', () => {
      const env = { GITHUB_SHA: 'c0ffee' };
      assert.equal(identify({}, undefined, env).release, 'c0ffee');
      assert.equal(identify({}, withResource({ 'service.version': '1.2.3' }), env).release, '1.2.3');
    });

    it('are those that are known while detectors of the resource are at work', () => {
      const attributes: Attributes = Object.freeze({});
      const resource = {
        get attributes(): Attributes {
          throw new Error('the SDK logs an error for this');
        },
        asyncAttributesPending: true,
        getRawAttributes: () => [
          ['service.version', '1.2.3'],
          ['host.name', Promise.resolve('later')],
        ],
      };
      const root: NamedSpan = { name: 'job', kind: SpanKind.INTERNAL, attributes, resource };
      assert.equal(identify({}, root).release, '1.2.3');
    });

    for (const release of [' shop@1 ', 'a@1.0+b,c;d="e"\\f', 'latest', 'a/b', 'x'.repeat(300)]) {
      const shown = JSON.stringify(release.slice(0, 20));

      it(`are those the transaction will have when the release is ${shown}`, () => {
        const config = configOf({ dsn: DSN, release });
        const attributes = { 'service.version': '1.2.3' };
        assert.equal(
          createHeadIdentifier(config)(withResource(attributes)).release,
          resolveIdentity(config, attributes).release,
        );
      });

      it(`are as given when there is no other release than ${shown}`, () => {
        assert.equal(identify({ release }).release, release === ' shop@1 ' ? 'shop@1' : release);
      });
    }

    for (const version of [' 1.2.3 ', 'latest', 'a/b', 'x'.repeat(300)]) {
      it(`are those the transaction will have when the version is ${JSON.stringify(version.slice(0, 20))}`, () => {
        const config = configOf({ dsn: DSN }, { GITHUB_SHA: 'c0ffee' });
        const attributes = { 'service.version': version };
        assert.equal(
          createHeadIdentifier(config)(withResource(attributes)).release,
          resolveIdentity(config, attributes).release,
        );
      });
    }

    for (const environment of [' staging ', 'none', 'a/b', 'x'.repeat(100)]) {
      it(`are those the transaction will have when the environment is ${JSON.stringify(environment.slice(0, 20))}`, () => {
        const config = configOf({ dsn: DSN, environment });
        assert.equal(
          createHeadIdentifier(config)(undefined).environment,
          resolveIdentity(config, {}).environment,
        );
      });
    }
  });

  describe('the transaction', () => {
    const mentioned: readonly (readonly [what: string, root: NamedSpan, name: string])[] = [
      [
        'a route',
        spanWith('SERVER', 'GET', {
          'http.request.method': 'GET',
          'http.route': '/shop/:id',
          'url.path': '/shop/5',
        }),
        'GET /shop/:id',
      ],
      [
        'the start page',
        spanWith('SERVER', 'GET', { 'http.request.method': 'GET', 'url.path': '/' }),
        'GET /',
      ],
      ['a job', spanWith('INTERNAL', 'nightly', {}), 'nightly'],
      [
        'a call',
        spanWith('SERVER', 'grpc.Shop/Buy', { 'rpc.system': 'grpc', 'rpc.service': 'Shop' }),
        'grpc.Shop/Buy',
      ],
      [
        'a message',
        spanWith('CONSUMER', 'orders process', { 'messaging.system': 'kafka' }),
        'orders process',
      ],
      ['a function', spanWith('SERVER', 'resize', { 'faas.trigger': 'timer' }), 'resize'],
      [
        'a name of its own for a request',
        spanWith('SERVER', 'checkout', {
          'http.request.method': 'GET',
          'url.path': '/c/1',
          'sentry.source': 'custom',
        }),
        'checkout',
      ],
      [
        'a name of its own for a query',
        spanWith('CLIENT', 'load prices', {
          'db.system': 'postgresql',
          'db.statement': 'SELECT 1',
          'sentry.source': 'custom',
        }),
        'load prices',
      ],
    ];
    for (const [what, root, name] of mentioned) {
      it(`is mentioned when it is ${what}`, () => assert.equal(identify({}, root).transaction, name));
    }

    const kept: readonly (readonly [what: string, root: NamedSpan])[] = [
      ['an address', spanWith('SERVER', 'GET', { 'http.request.method': 'GET', 'url.path': '/users/123' })],
      [
        'an address by older attributes',
        spanWith('SERVER', 'GET', { 'http.method': 'GET', 'http.target': '/users/123?token=x' }),
      ],
      [
        'an URL',
        spanWith('CLIENT', 'GET', { 'http.request.method': 'GET', 'url.full': 'https://api/users/123' }),
      ],
      [
        'an URL by its older attribute',
        spanWith('CLIENT', 'GET', { 'http.method': 'GET', 'http.url': 'https://api/users/123' }),
      ],
      ['said to be an address', spanWith('INTERNAL', '/users/123', { 'sentry.source': 'url' })],
      [
        'said to be an address by the newer attribute',
        spanWith('INTERNAL', '/users/123', { 'sentry.segment.name.source': 'url' }),
      ],
      ['a bare method', spanWith('SERVER', 'GET', { 'http.request.method': 'GET' })],
      ['a bare method by its older attribute', spanWith('SERVER', 'POST', { 'http.method': 'POST' })],
      [
        'what instrumentations write for a method they do not know',
        spanWith('SERVER', 'HTTP', {
          'http.request.method': '_OTHER',
          'http.request.method_original': 'BREW',
        }),
      ],
      [
        'a statement',
        spanWith('CLIENT', 'SELECT', {
          'db.system': 'postgresql',
          'db.statement': "SELECT * FROM u WHERE ssn = '1'",
        }),
      ],
      [
        'a statement by its newer attribute',
        spanWith('CLIENT', 'SELECT', { 'db.system.name': 'postgresql', 'db.query.text': "SELECT 'secret'" }),
      ],
      [
        'a statement that holds an URL',
        spanWith('CLIENT', 'SELECT', {
          'db.system': 'postgresql',
          'db.statement': "SELECT 'https://user:pw@example.com/?token=x'",
        }),
      ],
      [
        'a statement in a list',
        spanWith('CLIENT', 'SELECT', { 'db.system': 'postgresql', 'db.statement': ["SELECT 'secret'"] }),
      ],
      [
        'a statement with an operation of its own',
        spanWith('CLIENT', 'SELECT', {
          'db.system': 'postgresql',
          'db.statement': "SELECT 'secret'",
          'sentry.op': 'db.sql.query',
        }),
      ],
      [
        'a statement that is said to be a route',
        spanWith('CLIENT', 'SELECT', {
          'db.system': 'postgresql',
          'db.statement': "SELECT 'secret'",
          'sentry.source': 'route',
        }),
      ],
      [
        'a statement that is said to be a component',
        spanWith('CLIENT', 'SELECT', {
          'db.system': 'postgresql',
          'db.statement': "SELECT 'secret'",
          'sentry.source': 'component',
        }),
      ],
    ];
    for (const [what, root] of kept) {
      it(`is not mentioned when it is ${what}`, () =>
        assert.equal(identify({}, root).transaction, undefined));
    }

    it('is not mentioned without a root', () => assert.equal(identify().transaction, undefined));
  });

  it('has all but the name of a root whose attributes cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    const attributes = untypedAttributes({ 'faas.trigger': proxy });
    const identity = identify({ release: 'shop@1' }, spanWith('INTERNAL', 'root', attributes));
    assert.deepEqual([identity.transaction, identity.release], [undefined, 'shop@1']);
  });
});
