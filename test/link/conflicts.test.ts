import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { linkSentrySdk } from '../../src/link.js';
import { RecordedLog } from '../support/recorded-log.js';
import { FakeSdk, type FakeSdkSettings } from './support/fake-sdk.js';

const FETCH = 'undici:request:create';
const NO_TARGETS = { tracePropagationTargets: [] };

interface Case {
  readonly title: string;
  readonly sdk: FakeSdkSettings;
  readonly isFetchObserved?: boolean;
  readonly said?: RegExp;
}

const TRACING = /^warn: the Sentry SDK traces as well/;
const SETUP = /^warn: the Sentry SDK sets up OpenTelemetry as well/;
const HEADERS = /^warn: the Sentry SDK may write headers of its own/;

const cases: readonly Case[] = [
  { title: 'nothing about an SDK that only captures', sdk: {} },
  { title: 'tracesSampleRate', sdk: { options: { tracesSampleRate: 0.5 } }, said: TRACING },
  { title: 'a tracesSampleRate of 0', sdk: { options: { tracesSampleRate: 0 } }, said: TRACING },
  { title: 'nothing about a tracesSampleRate of null', sdk: { options: { tracesSampleRate: null } } },
  { title: 'tracesSampler', sdk: { options: { tracesSampler: () => 1 } }, said: TRACING },
  {
    title: 'enableTracing of version 8',
    sdk: { version: '8.0.0', options: { enableTracing: true } },
    said: TRACING,
  },
  ...['8.0.0', '9.47.2', '10.78.0'].map(version => ({
    title: `the OpenTelemetry of version ${version}`,
    sdk: { version, options: { skipOpenTelemetrySetup: undefined } },
    said: SETUP,
  })),
  {
    title: 'nothing about the OpenTelemetry of version 11, which has none',
    sdk: { version: '11.12.0', options: { skipOpenTelemetrySetup: undefined } },
  },
  {
    title: 'the OpenTelemetry of version 11 when it is wanted',
    sdk: { version: '11.12.0', options: { enableOpenTelemetrySetup: true } },
    said: SETUP,
  },
  {
    title: 'fetch that is observed by the SDK first',
    sdk: { version: '10.78.0', integrations: ['NodeFetch'] },
    said: HEADERS,
  },
  {
    title: 'nothing about fetch that is observed already',
    sdk: { version: '10.78.0', integrations: ['NodeFetch'] },
    isFetchObserved: true,
  },
  {
    title: 'fetch with version 8 in any order',
    sdk: { version: '8.55.2', integrations: ['NodeFetch'] },
    isFetchObserved: true,
    said: HEADERS,
  },
  {
    title: 'nothing about fetch without targets',
    sdk: { version: '8.55.2', integrations: ['NodeFetch'], options: NO_TARGETS },
  },
  {
    title: 'nothing about fetch when headers are left to OpenTelemetry',
    sdk: { version: '11.12.0', integrations: ['NodeFetch', 'OpenTelemetry'] },
  },
];

describe('linkSentrySdk: conflicts', () => {
  let log: RecordedLog;

  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  for (const { title, sdk, isFetchObserved = false, said } of cases) {
    it(`says ${title}`, () => {
      const observe = () => undefined;
      if (isFetchObserved) subscribe(FETCH, observe);
      try {
        new FakeSdk(sdk).install(linkSentrySdk());
      } finally {
        unsubscribe(FETCH, observe);
      }
      if (said === undefined) assert.deepEqual(log.lines, []);
      else {
        assert.equal(log.lines.length, 1, log.lines.join('\n'));
        assert.match(log.lines[0] ?? '', said);
      }
    });
  }

  it('says each of several', () => {
    new FakeSdk({
      options: { tracesSampleRate: 1, skipOpenTelemetrySetup: false },
      integrations: ['NodeFetch'],
    }).install(linkSentrySdk());
    assert.equal(log.lines.length, 3);
  });

  it('says it once for several clients', () => {
    const integration = linkSentrySdk();
    for (let count = 0; count < 3; count++)
      new FakeSdk({ options: { tracesSampleRate: 1 } }).install(integration);
    assert.equal(log.lines.length, 1);
  });
});
