import assert from 'node:assert/strict';
import { SpanKind, trace, type Attributes, type Span } from '@opentelemetry/api';
import { rememberedUrl, requestTarget, requestUrl } from '../../src/propagation/request-url.js';
import { carryState } from '../../src/trace-state/state-carrier.js';
import { Service } from '../support/service.js';
import { remoteSpan } from '../support/trace-headers.js';
import { untypedAttributes, untypedCall } from '../support/untyped.js';

const URL_FULL = 'https://api.example.com/things?x=1';

describe('requestUrl', () => {
  const cases: readonly (readonly [
    kind: keyof typeof SpanKind,
    attributes: Attributes,
    url: string | undefined,
    why: string,
  ])[] = [
    ['CLIENT', { 'url.full': URL_FULL }, URL_FULL, 'the URL of a client'],
    ['CLIENT', { 'http.url': URL_FULL }, URL_FULL, 'the URL by its older attribute'],
    [
      'CLIENT',
      { 'url.full': URL_FULL, 'http.url': 'https://old/' },
      URL_FULL,
      'the newer attribute before the older',
    ],
    ['CLIENT', { 'http.target': '/things', 'server.address': 'api' }, undefined, 'no URL from its parts'],
    ['CLIENT', {}, undefined, 'nothing without attributes'],
    ['SERVER', { 'url.full': URL_FULL }, undefined, 'nothing of a server: the URL is its own'],
    ['SERVER', { 'http.url': URL_FULL }, undefined, 'nothing of a server by the older attribute'],
    ['INTERNAL', { 'url.full': URL_FULL }, undefined, 'nothing of an internal span'],
    ['PRODUCER', { 'url.full': URL_FULL }, undefined, 'nothing of a producer'],
    ['CONSUMER', { 'url.full': URL_FULL }, undefined, 'nothing of a consumer'],
  ];
  for (const [kind, attributes, url, why] of cases) {
    it(`finds ${why}`, () => assert.equal(requestUrl(SpanKind[kind], attributes), url));
  }

  for (const url of [7, null, ['https://a/'], {}, true]) {
    it(`does not take ${JSON.stringify(url)} for an URL`, () => {
      assert.equal(requestUrl(SpanKind.CLIENT, untypedAttributes({ 'url.full': url })), undefined);
    });
  }
});

describe('rememberedUrl', () => {
  const method = { 'http.request.method': 'GET' };
  const cases: readonly (readonly [
    kind: keyof typeof SpanKind,
    attributes: Attributes,
    url: string | undefined,
    why: string,
  ])[] = [
    ['CLIENT', { ...method, 'url.full': URL_FULL }, URL_FULL, 'the URL of a request'],
    ['CLIENT', { 'url.full': URL_FULL }, URL_FULL, 'an URL without a method'],
    ['CLIENT', method, '', 'that the URL of a request is not known'],
    [
      'CLIENT',
      { 'http.method': 'GET' },
      '',
      'that the URL of a request is not known, by its older attribute',
    ],
    ['CLIENT', { 'db.system': 'redis' }, undefined, 'nothing of a client that sends no request'],
    ['SERVER', { ...method, 'url.full': URL_FULL }, undefined, 'nothing of a server'],
    ['PRODUCER', method, undefined, 'nothing of a producer'],
  ];
  for (const [kind, attributes, url, why] of cases) {
    it(`is ${why}`, () => assert.equal(rememberedUrl(SpanKind[kind], attributes), url));
  }
});

describe('requestTarget', () => {
  const service = new Service({ tracesSampleRate: 1 });
  const recorded = (kind: SpanKind, attributes: Attributes): Span =>
    service.start('x', undefined, { kind, attributes });
  const unrecorded = (requestUrl?: string): Span =>
    trace.wrapSpanContext(
      remoteSpan({ traceState: carryState(requestUrl === undefined ? {} : { requestUrl }, undefined) }),
    );

  const cases: readonly (readonly [
    what: string,
    span: () => Span,
    url: string | undefined,
    isHttpClient: boolean,
  ])[] = [
    [
      'an HTTP request',
      () => recorded(SpanKind.CLIENT, { 'http.request.method': 'GET', 'url.full': URL_FULL }),
      URL_FULL,
      true,
    ],
    [
      'an HTTP request by older attributes',
      () => recorded(SpanKind.CLIENT, { 'http.method': 'GET', 'http.url': URL_FULL }),
      URL_FULL,
      true,
    ],
    [
      'an HTTP request without an URL',
      () => recorded(SpanKind.CLIENT, { 'http.method': 'GET' }),
      undefined,
      true,
    ],
    [
      'a request over something else',
      () => recorded(SpanKind.CLIENT, { 'rpc.system': 'grpc' }),
      undefined,
      false,
    ],
    [
      'a request with an URL only',
      () => recorded(SpanKind.CLIENT, { 'url.full': URL_FULL }),
      URL_FULL,
      false,
    ],
    ['a message', () => recorded(SpanKind.PRODUCER, { 'messaging.system': 'kafka' }), undefined, false],
    [
      'a server',
      () => recorded(SpanKind.SERVER, { 'http.method': 'GET', 'http.url': 'https://me/' }),
      undefined,
      false,
    ],
    ['an internal span', () => recorded(SpanKind.INTERNAL, { 'http.method': 'GET' }), undefined, false],
    ['a span that is not recorded, with a known URL', () => unrecorded(URL_FULL), URL_FULL, true],
    ['a request that is not recorded, with an unknown URL', () => unrecorded(''), undefined, true],
    ['a span that is not recorded', () => unrecorded(), undefined, false],
    [
      "another tracer's span that is not recorded",
      () => trace.wrapSpanContext(remoteSpan()),
      undefined,
      false,
    ],
  ];
  for (const [what, span, url, isHttpClient] of cases) {
    it(`is ${url ?? 'unknown'} for ${what}`, () =>
      assert.deepEqual(requestTarget(span()), { url, isHttpClient }));
  }

  it('follows the URL that an instrumentation sets later', () => {
    const span = recorded(SpanKind.CLIENT, { 'http.request.method': 'GET' });
    span.setAttribute('url.full', URL_FULL);
    assert.deepEqual(requestTarget(span), { url: URL_FULL, isHttpClient: true });
  });

  for (const attributes of [null, undefined, 7]) {
    it(`takes a span whose attributes are ${attributes} for one that is not recorded`, () => {
      const span = { spanContext: () => remoteSpan(), kind: SpanKind.CLIENT, attributes };
      assert.deepEqual(untypedCall(requestTarget, span), { url: undefined, isHttpClient: false });
    });
  }
});
