import assert from 'node:assert/strict';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  findInstrumentationPackages,
  startInstrumentations,
} from '../../../src/register/instrumentations/start-instrumentations.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { fakePackages, installed } from '../support/fake-packages.js';
import { FakeInstrumentation } from '../support/fake-sdk.js';

const AUTO = '@opentelemetry/auto-instrumentations-node';
const HTTP = '@opentelemetry/instrumentation-http';
const PG = '@opentelemetry/instrumentation-pg';
const PRISMA = '@prisma/instrumentation';

describe('findInstrumentationPackages', () => {
  const find = (names: readonly string[], env: Record<string, string> = {}): string[] => {
    const packages = fakePackages(Object.fromEntries(names.map(name => [name, {}])));
    return findInstrumentationPackages(packages, env).map(({ name }) => name);
  };

  it('finds single instrumentations', () => {
    assert.deepEqual(find([HTTP, PG, PRISMA, 'express']), [HTTP, PG, PRISMA]);
    assert.deepEqual(find([]), []);
  });

  it('prefers the collection, which knows which of its own to leave out', () => {
    assert.deepEqual(find([AUTO, HTTP, PG, PRISMA]), [AUTO, PRISMA]);
  });

  const SELECTIONS: readonly [env: Record<string, string>, found: readonly string[]][] = [
    [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http, pg' }, [HTTP, PG]],
    [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: `${PRISMA},koa` }, [PRISMA]],
    [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: `pg,${PRISMA}` }, [HTTP]],
    [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,pg', OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg' }, [HTTP]],
    [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: '', OTEL_NODE_DISABLED_INSTRUMENTATIONS: '' }, [HTTP, PG, PRISMA]],
  ];
  for (const [env, found] of SELECTIONS) {
    it(`finds ${found.join(', ')} with ${JSON.stringify(env)}`, () => {
      assert.deepEqual(find([HTTP, PG, PRISMA], env), found);
    });
  }
});

describe('startInstrumentations', () => {
  const provider = new NodeTracerProvider();
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  const start = (exports: Readonly<Record<string, unknown>>): FakeInstrumentation[] => {
    const packages = fakePackages(
      Object.fromEntries(Object.entries(exports).map(([name, exported]) => [name, { exports: exported }])),
    );
    const found = Object.keys(exports).map(name => installed(name));
    return startInstrumentations(packages, found, provider).filter(
      instrumentation => instrumentation instanceof FakeInstrumentation,
    );
  };

  it('makes the instrumentation a package exports and gives it the provider', () => {
    const Other = Map;
    const [started] = start({ [HTTP]: { SpanNames: {}, Other, HttpInstrumentation: FakeInstrumentation } });
    assert.equal(started?.provider, provider);
  });

  it('takes all that the collection makes', () => {
    const all = [new FakeInstrumentation(), new FakeInstrumentation()];
    const started = start({ [AUTO]: { getNodeAutoInstrumentations: () => all } });
    assert.deepEqual(started, all);
    assert.ok(all.every(instrumentation => instrumentation.provider === provider));
  });

  it('leaves out what fails and says so', () => {
    const broken = class extends FakeInstrumentation {
      override setTracerProvider(): void {
        throw new Error('broken');
      }
    };
    const started = start({
      [HTTP]: new Error('not for this Node'),
      [PRISMA]: { broken },
      [PG]: { FakeInstrumentation },
    });
    assert.equal(started.length, 1);
    assert.deepEqual(log.lines, [
      `warn: ${HTTP} cannot be used: Error: not for this Node`,
      `warn: ${PRISMA} cannot be used: Error: broken`,
    ]);
  });

  it('makes nothing of a package without an instrumentation', () => {
    assert.deepEqual(start({ [HTTP]: {}, [PG]: undefined, [AUTO]: {} }), []);
    assert.deepEqual(log.lines, []);
  });
});
