import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { describeHttp } from '../../../src/conversion/semantics/http.js';

type Attributes = Readonly<Record<string, unknown>>;

interface Row {
  readonly attributes: Attributes;
  /** Absent: the span keeps its own name. */
  readonly description?: string;
  readonly source: string;
}

function itDescribes(kind: keyof typeof SpanKind, rows: readonly Row[]): void {
  for (const { attributes, description, source } of rows) {
    it(`is "${description ?? '(the span name)'}", ${source}, for ${JSON.stringify(attributes)}`, () => {
      const span = {
        name: 'n',
        kind: SpanKind[kind],
        attributes: { 'http.request.method': 'GET', ...attributes },
      };
      const { op: _, ...named } = describeHttp(span) ?? assert.fail('not recognised');
      assert.deepEqual(named, { ...(description !== undefined && { description }), source });
    });
  }
}

describe('describeHttp', () => {
  it('does not recognise a span without method', () => {
    assert.equal(
      describeHttp({ name: 'n', kind: SpanKind.SERVER, attributes: { 'url.path': '/' } }),
      undefined,
    );
  });

  describe('on servers', () => {
    itDescribes('SERVER', [
      {
        attributes: { 'http.route': '/users/:id', 'url.path': '/users/1' },
        description: 'GET /users/:id',
        source: 'route',
      },
      {
        attributes: { 'http.route': '', 'url.path': '/users/1' },
        description: 'GET /users/1',
        source: 'url',
      },
      { attributes: { 'http.route': 5, 'http.target': '/t' }, description: 'GET /t', source: 'url' },
      { attributes: { 'url.path': '/' }, description: 'GET /', source: 'route' },
      {
        attributes: { 'url.path': '/p', 'http.target': '/t', 'url.full': 'http://h/f' },
        description: 'GET /p',
        source: 'url',
      },
      {
        attributes: { 'http.target': '/t?a=b#c', 'url.full': 'http://h/f' },
        description: 'GET /t',
        source: 'url',
      },
      { attributes: { 'http.target': 'http://h/absolute?x' }, description: 'GET /absolute', source: 'url' },
      {
        attributes: { 'url.full': 'https://bob:pw@h:443/f?token=x#y' },
        description: 'GET /f',
        source: 'url',
      },
      { attributes: { 'http.url': 'http://h?q' }, description: 'GET /', source: 'route' },
      { attributes: { 'url.path': '/a?token=x' }, description: 'GET /a', source: 'url' },
      { attributes: { 'http.target': '*' }, description: 'GET *', source: 'url' },
      {
        attributes: { 'url.path': '/to/https://bob:pw@h/x' },
        description: 'GET /to/https://[filtered]:[filtered]@h/x',
        source: 'url',
      },
      { attributes: {}, source: 'custom' },
      { attributes: { 'server.address': 'h' }, source: 'custom' },
    ]);
  });

  describe('on clients', () => {
    itDescribes('CLIENT', [
      { attributes: { 'url.full': 'https://h/a?b#c' }, description: 'GET https://h/a', source: 'url' },
      {
        attributes: { 'http.url': 'https://h/old', 'url.full': 'https://h/new' },
        description: 'GET https://h/new',
        source: 'url',
      },
      {
        attributes: { 'url.full': 'https://bob:pw@h:443/a' },
        description: 'GET https://[filtered]:[filtered]@h/a',
        source: 'url',
      },
      {
        attributes: { 'url.full': 'https://h/a', 'http.route': '/r', 'url.template': '/{x}' },
        description: 'GET https://h/a',
        source: 'url',
      },
      {
        attributes: { 'server.address': 'h', 'server.port': 8080, 'url.path': '/p' },
        description: 'GET h:8080/p',
        source: 'url',
      },
      {
        attributes: { 'net.peer.name': 'h', 'net.peer.port': '81', 'http.target': '/t?k=v' },
        description: 'GET h:81/t',
        source: 'url',
      },
      { attributes: { 'net.peer.name': 'h' }, description: 'GET h', source: 'url' },
      {
        attributes: { 'server.address': '::1', 'server.port': 80, 'url.path': '/' },
        description: 'GET [::1]:80/',
        source: 'url',
      },
      {
        attributes: { 'http.host': 'h:9', 'server.port': 1, 'url.path': '/p' },
        description: 'GET h:9/p',
        source: 'url',
      },
      { attributes: { 'net.host.name': 'me', 'http.target': '/t' }, description: 'GET /t', source: 'url' },
      { attributes: {}, source: 'custom' },
      { attributes: { 'http.route': '/r' }, source: 'custom' },
    ]);
  });

  describe('on spans of other kinds', () => {
    itDescribes('INTERNAL', [
      { attributes: { 'url.full': 'https://h/a' }, source: 'custom' },
      {
        attributes: { 'url.full': 'https://h/a?b', 'sentry.origin': 'auto.http.mine' },
        description: 'GET https://h/a',
        source: 'url',
      },
      { attributes: { 'url.full': 'https://h/a', 'sentry.origin': 'manual' }, source: 'custom' },
      { attributes: { 'http.route': '/r', 'sentry.origin': 'auto.http.mine' }, source: 'custom' },
    ]);
  });

  describe('method', () => {
    const at = { 'http.route': '/r' };
    itDescribes('SERVER', [
      { attributes: { ...at, 'http.request.method': 'get' }, description: 'GET /r', source: 'route' },
      { attributes: { ...at, 'http.request.method': 'Purge' }, description: 'Purge /r', source: 'route' },
      {
        attributes: { ...at, 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
        description: 'PROPFIND /r',
        source: 'route',
      },
      {
        attributes: { ...at, 'http.request.method': '_OTHER', 'http.request.method_original': 'get' },
        description: 'GET /r',
        source: 'route',
      },
      {
        attributes: { ...at, 'http.request.method': '_OTHER', 'http.method': 'LOCK' },
        description: 'LOCK /r',
        source: 'route',
      },
      { attributes: { ...at, 'http.request.method': '_OTHER' }, description: 'HTTP /r', source: 'route' },
      {
        attributes: { ...at, 'http.request.method': '', 'http.method': 'POST' },
        description: 'POST /r',
        source: 'route',
      },
      {
        attributes: { ...at, 'http.request.method': 'GET', 'http.method': 'POST' },
        description: 'GET /r',
        source: 'route',
      },
    ]);
  });

  describe('GraphQL operations', () => {
    const at = { 'http.route': '/graphql' };
    itDescribes('SERVER', [
      {
        attributes: { ...at, 'sentry.graphql.operation': 'query A' },
        description: 'GET /graphql (query A)',
        source: 'route',
      },
      {
        attributes: { ...at, 'sentry.graphql.operation': ['query B', 'query A'] },
        description: 'GET /graphql (query A, query B)',
        source: 'route',
      },
      {
        attributes: { ...at, 'sentry.graphql.operation': ['g', 'f', 'e', 'd', 'c', 'b', 'a'] },
        description: 'GET /graphql (a, b, c, d, e, +2)',
        source: 'route',
      },
      {
        attributes: { ...at, 'sentry.graphql.operation': ['e', 'd', 'c', 'b', 'a'] },
        description: 'GET /graphql (a, b, c, d, e)',
        source: 'route',
      },
      {
        attributes: { ...at, 'sentry.graphql.operation': ['b', null, 1, 'a'] },
        description: 'GET /graphql (a, b)',
        source: 'route',
      },
      { attributes: { ...at, 'sentry.graphql.operation': '' }, description: 'GET /graphql', source: 'route' },
      { attributes: { ...at, 'sentry.graphql.operation': [] }, description: 'GET /graphql', source: 'route' },
      { attributes: { ...at, 'sentry.graphql.operation': 3 }, description: 'GET /graphql', source: 'route' },
    ]);
  });
});
