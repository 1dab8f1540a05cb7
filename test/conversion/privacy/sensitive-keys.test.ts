import assert from 'node:assert/strict';
import { isSensitiveCookie, isSensitiveKey } from '../../../src/conversion/privacy/sensitive-keys.js';

const SECRET = [
  'authorization',
  'proxy-authorization',
  'token',
  'access_token',
  'client_secret',
  'session',
  'password',
  'passwd',
  'pwd',
  'key',
  'api_key',
  'x-api-key',
  'AWSAccessKeyId',
  'jwt',
  'bearer',
  'sso',
  'saml',
  'csrf',
  'xsrf',
  'credentials',
  'X-Amz-Credential',
  'sid',
  'identity',
  'set-cookie',
  'cookie',
  'sig',
  'Signature',
  'X-Amz-Signature',
  'X-Goog-Signature',
];
const IDENTIFYING = [
  'x-forwarded-for',
  'Forwarded',
  'x-real-ip',
  'client-ip',
  'remote-addr',
  'via',
  'x-user',
];
const HARMLESS = ['', 'page', 'q', 'content-type', 'accept', 'design', 'user', 'ip', 'x-request-id'];

describe('isSensitiveKey', () => {
  for (const key of SECRET) {
    it(`holds for ${key}, with consent or without`, () => {
      assert.equal(isSensitiveKey(key, false), true);
      assert.equal(isSensitiveKey(key, true), true);
    });
  }

  for (const key of IDENTIFYING) {
    it(`holds for ${key} without consent`, () => {
      assert.equal(isSensitiveKey(key, false), true);
      assert.equal(isSensitiveKey(key, true), false);
    });
  }

  for (const key of HARMLESS) {
    it(`does not hold for "${key}"`, () => assert.equal(isSensitiveKey(key, false), false));
  }
});

describe('isSensitiveCookie', () => {
  for (const name of [
    'connect.sid',
    'PHPSESSID',
    'remember_me',
    '__Host-x',
    '__Secure-y',
    'AWSALB',
    'sb-x',
    '2fa',
    'token',
  ]) {
    it(`holds for ${name}`, () => assert.equal(isSensitiveCookie(name, true), true));
  }

  it('does not hold for a preference', () => assert.equal(isSensitiveCookie('theme', true), false));
});
