import assert from 'node:assert/strict';
import { hostOf } from '../../src/propagation/sentry-host.js';

describe('hostOf', () => {
  const cases: readonly (readonly [url: string, host: string | undefined])[] = [
    ['https://example.com', 'example.com'],
    ['https://example.com/', 'example.com'],
    ['https://example.com/a/b', 'example.com'],
    ['https://example.com?x', 'example.com'],
    ['https://example.com#x', 'example.com'],
    ['https://Example.COM:8080/a', 'example.com:8080'],
    ['https://user:pw@example.com/', 'example.com'],
    ['https://user@name:p@w@example.com/', 'example.com'],
    ['https://example.com/@a', 'example.com'],
    ['http://[::1]:80/a', '[::1]'],
    ['http://[::1]:8080/a', '[::1]:8080'],
    ['https://[::1]:80/a', '[::1]:80'],
    ['https://', ''],
    ['example.com', undefined],
    ['/a/b', undefined],
    ['', undefined],
    ['mailto:a@b', undefined],
  ];
  for (const [url, host] of cases) {
    it(`is ${String(host)} for "${url}"`, () => assert.equal(hostOf(url), host));
  }
});
