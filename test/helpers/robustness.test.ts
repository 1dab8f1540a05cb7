import assert from 'node:assert/strict';
import * as entryPoint from '../../src/index.js';
import { untypedInvoke } from '../support/untyped.js';
import { App, unregister } from './support/app.js';

const HOSTILE = new Proxy(
  {},
  {
    get() {
      throw new Error('hostile');
    },
    ownKeys() {
      throw new Error('hostile');
    },
  },
);

/** What an application without types may hand over. */
const JUNK: readonly unknown[] = [
  undefined,
  null,
  7,
  Number.NaN,
  '',
  'x',
  Symbol('s'),
  7n,
  true,
  [],
  {},
  new Date(Number.NaN),
  new Map(),
  HOSTILE,
];

const run = (): string => 'ran';

/** Argument lists for one piece of junk. */
type Calls = (junk: unknown) => readonly (readonly unknown[])[];

const first: Calls = junk => [[junk]];
const withFunction: Calls = junk => [[junk, run]];
const pairs: Calls = junk =>
  JUNK.flatMap(other => [
    [junk, other],
    ['name', junk, other],
    ['name', 1, junk, other],
  ]);
const members =
  (base: object, names: string) =>
  (junk: unknown): object[] =>
    names.split(' ').map(name => ({ ...base, [name]: junk }));

const spanOptions = members(
  { name: 'work' },
  'name op attributes kind links startTime parent root onlyIfParent tracer',
);
const messages = members(
  { destination: 'orders', messageId: '1' },
  'destination messageId bodySize system attributes name retryCount enqueuedAt headers link',
);
const users = members({}, 'id email username name ip_address');
const breadcrumbs = members({ message: 'm' }, 'message category level type data timestamp');

const CALLS: Readonly<Record<string, readonly Calls[]>> = {
  addBreadcrumb: [first, junk => breadcrumbs(junk).map(breadcrumb => [breadcrumb])],
  contextFromEnv: [first, junk => [[{ SENTRY_TRACE: junk, SENTRY_BAGGAGE: junk, BAGGAGE: junk }]]],
  continueFromEnv: [junk => [[run, junk]]],
  continueTrace: [withFunction, junk => [[{ 'sentry-trace': junk, baggage: junk, traceparent: junk }, run]]],
  getActiveRootSpan: [first],
  getBaggage: [first],
  getTraceData: [first],
  getTraceMetaTags: [first],
  getTraceparent: [first],
  parseSentryBaggage: [first],
  parseSentryTrace: [first],
  setContext: [pairs],
  setMeasurement: [pairs],
  setTag: [pairs],
  setUser: [first, pairs, junk => users(junk).map(user => [user])],
  startNewTrace: [() => [[run]]],
  startSpan: [first, junk => spanOptions(junk).map(options => [options])],
  traceEnv: [first],
  updateTransactionName: [pairs],
  withQueueProcess: [withFunction, junk => messages(junk).map(message => [message, run])],
  withQueuePublish: [withFunction, junk => messages(junk).map(message => [message, run])],
  withSpan: [withFunction, junk => spanOptions(junk).map(options => [options, run])],
  withSpanManual: [withFunction, junk => spanOptions(junk).map(options => [options, run])],
};

/** These make something, and say so at once when they cannot. */
const DEFINITIONS = ['createSentryBridge', 'traced'];

describe('helpers that are given anything', () => {
  beforeEach(() => new App());
  afterEach(unregister);

  it('are all of them', () => {
    const helpers = Object.keys(entryPoint).filter(
      name => /^[a-z]/.test(name) && !DEFINITIONS.includes(name),
    );
    assert.deepEqual(Object.keys(CALLS).sort(), helpers.sort());
  });

  for (const [name, calls] of Object.entries(CALLS)) {
    it(`do no harm: ${name}`, () => {
      const isAround = calls.some(call => call(undefined).some(args => args.includes(run)));
      const withJunk = (): void => {
        for (const args of JUNK.flatMap(junk => calls.flatMap(call => call(junk)))) {
          const result = untypedInvoke(entryPoint, name, ...args);
          if (isAround) assert.equal(result, 'ran');
        }
      };
      withJunk();
      entryPoint.withSpan('outer', withJunk);
    });
  }
});
