import assert from 'node:assert/strict';
import { SpanStatusCode } from '@opentelemetry/api';
import { spanStatus, statusMessage } from '../../src/conversion/status.js';

type Attributes = Readonly<Record<string, unknown>>;

const unset = (attributes: Attributes) => spanStatus({ status: { code: SpanStatusCode.UNSET }, attributes });
const failed = (message?: string, attributes: Attributes = {}) =>
  spanStatus({
    status: { code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) },
    attributes,
  });

const GRPC: readonly (readonly [number, string, string])[] = [
  [0, 'OK', 'ok'],
  [1, 'CANCELLED', 'cancelled'],
  [2, 'UNKNOWN', 'unknown_error'],
  [3, 'INVALID_ARGUMENT', 'invalid_argument'],
  [4, 'DEADLINE_EXCEEDED', 'deadline_exceeded'],
  [5, 'NOT_FOUND', 'not_found'],
  [6, 'ALREADY_EXISTS', 'already_exists'],
  [7, 'PERMISSION_DENIED', 'permission_denied'],
  [8, 'RESOURCE_EXHAUSTED', 'resource_exhausted'],
  [9, 'FAILED_PRECONDITION', 'failed_precondition'],
  [10, 'ABORTED', 'aborted'],
  [11, 'OUT_OF_RANGE', 'out_of_range'],
  [12, 'UNIMPLEMENTED', 'unimplemented'],
  [13, 'INTERNAL', 'internal_error'],
  [14, 'UNAVAILABLE', 'unavailable'],
  [15, 'DATA_LOSS', 'data_loss'],
  [16, 'UNAUTHENTICATED', 'unauthenticated'],
];

const HTTP: readonly (readonly [number, string])[] = [
  [100, 'ok'],
  [200, 'ok'],
  [204, 'ok'],
  [302, 'ok'],
  [399, 'ok'],
  [400, 'invalid_argument'],
  [401, 'unauthenticated'],
  [402, 'invalid_argument'],
  [403, 'permission_denied'],
  [404, 'not_found'],
  [409, 'already_exists'],
  [413, 'failed_precondition'],
  [418, 'invalid_argument'],
  [429, 'resource_exhausted'],
  [499, 'cancelled'],
  [500, 'internal_error'],
  [501, 'unimplemented'],
  [502, 'internal_error'],
  [503, 'unavailable'],
  [504, 'deadline_exceeded'],
  [599, 'internal_error'],
];

describe('spanStatus', () => {
  it('is ok for an explicit OK, whatever the codes say', () => {
    const attributes = { 'http.response.status_code': 500, 'rpc.grpc.status_code': 13 };
    assert.equal(spanStatus({ status: { code: SpanStatusCode.OK, message: 'not_found' }, attributes }), 'ok');
  });

  it('is ok for an unset status without codes', () => {
    assert.equal(unset({}), 'ok');
    assert.equal(unset({ 'error.type': 'TimeoutError' }), 'ok');
  });

  describe('from HTTP codes', () => {
    for (const [code, status] of HTTP) {
      it(`is ${status} for ${code}`, () => {
        assert.equal(unset({ 'http.response.status_code': code }), status);
        assert.equal(unset({ 'http.status_code': String(code) }), status);
        assert.equal(failed(undefined, { 'http.status_code': code }), code < 400 ? 'internal_error' : status);
      });
    }

    it('knows codes from 100 to 599', () => {
      assert.equal(failed(undefined, { 'http.status_code': 100 }), 'internal_error');
      assert.equal(unset({ 'http.response.status_code': 100, 'http.status_code': 404 }), 'ok');
      assert.equal(unset({ 'http.response.status_code': 599, 'http.status_code': 404 }), 'internal_error');
    });

    for (const code of [0, 99, 600, -404, 404.5, Number.NaN, 'abc', '', true, [500]]) {
      it(`ignores ${String(code) || 'empty text'} (${typeof code})`, () => {
        assert.equal(unset({ 'http.response.status_code': code }), 'ok');
      });
    }

    it('reads the stable name first, and the old one when that is not valid', () => {
      assert.equal(unset({ 'http.response.status_code': 404, 'http.status_code': 200 }), 'not_found');
      assert.equal(unset({ 'http.response.status_code': 0, 'http.status_code': 404 }), 'not_found');
    });
  });

  describe('from gRPC codes', () => {
    for (const [code, name, status] of GRPC) {
      it(`is ${status} for ${code}, "${code}" and ${name}`, () => {
        assert.equal(unset({ 'rpc.grpc.status_code': code }), status);
        assert.equal(unset({ 'rpc.grpc.status_code': String(code) }), status);
        assert.equal(unset({ 'rpc.response.status_code': name }), status);
        assert.equal(unset({ 'rpc.grpc.status_code': name }), status);
        assert.equal(unset({ 'rpc.response.status_code': name.toLowerCase() }), status);
        assert.equal(
          failed('boom', { 'rpc.grpc.status_code': code }),
          code === 0 ? 'internal_error' : status,
        );
      });
    }

    it('is unknown_error for other numbers', () => {
      for (const code of [17, -1, '99'])
        assert.equal(unset({ 'rpc.grpc.status_code': code }), 'unknown_error');
    });

    it('ignores other names and types', () => {
      for (const code of ['WEIRD', '', true, 1.5])
        assert.equal(unset({ 'rpc.response.status_code': code }), 'ok');
    });

    it('counts only where there is no HTTP code', () => {
      assert.equal(unset({ 'http.status_code': 200, 'rpc.grpc.status_code': 5 }), 'ok');
      assert.equal(failed(undefined, { 'http.status_code': 200, 'rpc.grpc.status_code': 5 }), 'not_found');
    });
  });

  describe('from the message of an error', () => {
    for (const [, , status] of GRPC.slice(1)) {
      it(`is ${status} for its own name in any case`, () => {
        assert.equal(failed(status, { 'http.status_code': 503 }), status);
        assert.equal(failed(status.toUpperCase()), status);
      });
    }

    const others: readonly [string | undefined, string][] = [
      ['canceled', 'cancelled'],
      ['Canceled', 'cancelled'],
      ['unknown', 'unknown_error'],
      ['ok', 'internal_error'],
      ['internal', 'internal_error'],
      ['timeout', 'internal_error'],
      ['deadline exceeded', 'internal_error'],
      ['', 'internal_error'],
      [undefined, 'internal_error'],
    ];
    for (const [message, status] of others) {
      it(`is ${status} for ${message === undefined ? 'no message' : `"${message}"`}`, () => {
        assert.equal(failed(message), status);
      });
    }

    it('is not read when the status is no error', () => {
      const status = { code: SpanStatusCode.UNSET, message: 'not_found' };
      assert.equal(spanStatus({ status, attributes: {} }), 'ok');
    });

    it('gives way to a code that says more', () => {
      assert.equal(failed('boom', { 'http.response.status_code': 404 }), 'not_found');
      assert.equal(failed('', { 'http.response.status_code': '429' }), 'resource_exhausted');
    });
  });
});

describe('statusMessage', () => {
  const message = (code: SpanStatusCode, text?: string) =>
    statusMessage({ status: { code, ...(text !== undefined && { message: text }) }, attributes: {} });

  it('is the message of an error', () => {
    assert.equal(message(SpanStatusCode.ERROR, 'Something broke'), 'Something broke');
    assert.equal(message(SpanStatusCode.ERROR, 'ok'), 'ok');
  });

  it('is absent when the status says the same', () => {
    assert.equal(message(SpanStatusCode.ERROR, 'NOT_FOUND'), undefined);
    assert.equal(message(SpanStatusCode.ERROR, 'canceled'), undefined);
  });

  it('is absent when there is none, or no error', () => {
    assert.equal(message(SpanStatusCode.ERROR), undefined);
    assert.equal(message(SpanStatusCode.ERROR, ''), undefined);
    assert.equal(message(SpanStatusCode.OK, 'fine'), undefined);
  });
});
