import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeSentry, PUBLIC_KEY } from '../support/fake-sentry.js';
import { Application, Build, BUILD_TIMEOUT_MILLIS, PACKAGE, type Ended } from './support/application.js';
import { LASTING, ONE_SPAN, SERVER } from './support/applications.js';

const REGISTER = `${PACKAGE}/register`;
const TEST_TIMEOUT_MILLIS = 30_000;

interface Transaction {
  readonly transaction: string;
  readonly spans: readonly { readonly op: string; readonly origin: string }[];
  readonly contexts: {
    readonly trace: {
      readonly trace_id: string;
      readonly parent_span_id?: string;
      readonly data: Readonly<Record<string, unknown>>;
    };
    readonly otel?: { readonly resource?: Readonly<Record<string, unknown>> };
  };
}

describe('register in a process', function () {
  this.timeout(TEST_TIMEOUT_MILLIS);
  let build: Build;
  let application: Application;
  let sentry: FakeSentry;

  before(function () {
    this.timeout(BUILD_TIMEOUT_MILLIS);
    build = new Build();
    application = new Application(build);
    for (const [name, code] of Object.entries(SERVER)) application.write(name, code);
    application.write('one-span.cjs', ONE_SPAN);
    application.write('lasting.cjs', LASTING);
  });
  after(() => {
    application.remove();
    build.remove();
  });
  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(() => sentry.close());

  const settings = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    SENTRY_DSN: sentry.dsn,
    SENTRY_TRACES_SAMPLE_RATE: '1',
    ...more,
  });

  const transactions = (): Transaction[] => sentry.accepted('transaction').map(asTransaction);

  for (const flag of ['--import', '--require']) {
    for (const script of Object.keys(SERVER)) {
      it(`records requests in and out of ${script} when started with ${flag}`, async () => {
        const { code, stderr } = await application.run([flag, REGISTER, script], settings());
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        const outer = transactions().find(({ transaction }) => transaction === 'GET /outer');
        // Sockets are instrumented, too, if they are still to be opened.
        const origins = outer?.spans
          .map(({ origin }) => origin)
          .filter(origin => origin.startsWith('auto.http'));
        assert.deepEqual(origins?.sort(), ['auto.http.otel.http', 'auto.http.otel.node_fetch']);
        assert.equal(new Set(transactions().map(({ contexts }) => contexts.trace.trace_id)).size, 1);
        assert.deepEqual(sentry.violations, []);
      });
    }
  }

  for (const name of ['app.mjs', 'app.cjs']) {
    it(`records the example ${name}, which knows nothing of it`, async () => {
      cpSync(`examples/zero-code/${name}`, join(application.path, name));
      const running = application.start(['--import', REGISTER, name], settings({ PORT: '0' }));
      await running.printed('listening on ');
      const [, origin = ''] = /listening on (\S+)/.exec(running.output()) ?? [];
      assert.equal(await (await fetch(origin)).text(), 'The price is 42.\n');
      running.child.kill('SIGINT');
      const { signal, stderr } = await running.ended;
      assert.deepEqual({ signal, stderr }, { signal: 'SIGINT', stderr: '' });
      const names = transactions().map(({ transaction }) => transaction);
      assert.deepEqual(names.sort(), ['GET /', 'GET /price']);
    });
  }

  // With `--require` Node loads it once more, in the thread of the loader hook.
  for (const flag of ['--import', '--require']) {
    it(`says in one line what it started with when debugging, with ${flag}`, async () => {
      const { stderr } = await application.run(
        [flag, REGISTER, 'one-span.cjs'],
        settings({ SENTRY_DSN: sentry.dsn.replace('@', ':secret@'), SENTRY_DEBUG: '1' }),
      );
      const lines = stderr.split('\n').filter(line => line.startsWith('otel-sentry-bridge/register: '));
      assert.equal(lines.length, 1, stderr);
      const [line = ''] = lines;
      assert.match(
        line,
        /started \d+\.\d+\.\d+ with @opentelemetry\/sdk-trace-node 2\.\d+\.\d+; 4 instrumentations; /,
      );
      const masked = sentry.dsn.replace(PUBLIC_KEY, `${PUBLIC_KEY.slice(0, 4)}…`);
      assert.ok(line.endsWith(`sending to ${masked}`), line);
      assert.doesNotMatch(stderr, /secret/);
    });
  }

  it('profiles transactions when SENTRY_PROFILES_SAMPLE_RATE wants it', async () => {
    const env = settings({ SENTRY_PROFILES_SAMPLE_RATE: '1' });
    const { stderr } = await application.run(['--import', REGISTER, 'one-span.cjs'], env);
    assert.match(stderr, /^.*first loss with the reason insufficient_data: .*\n$/);
    assert.equal(transactions()[0]?.contexts.trace.data['thread.id'], '0');
    // The span is over before a sample is taken.
    assert.deepEqual(sentry.reportedLosses(), { 'insufficient_data/profile': 1 });
  });

  it('describes the service as the environment does', async () => {
    const env = settings({
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,service.namespace=a%2Cb',
    });
    await application.run(['--import', REGISTER, 'one-span.cjs'], env);
    const resource = transactions()[0]?.contexts.otel?.resource;
    assert.equal(resource?.['service.name'], 'shop');
    assert.equal(resource?.['service.namespace'], 'a,b');
  });

  it('uses only the instrumentations that are enabled', async () => {
    await application.run(
      ['--import', REGISTER, 'server.mjs'],
      settings({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http' }),
    );
    const children = transactions().flatMap(({ spans }) => spans.map(({ origin }) => origin));
    assert.deepEqual(children, ['auto.http.otel.http']);
  });

  it('does nothing when OpenTelemetry is disabled', async () => {
    const ended = await application.run(
      ['--import', REGISTER, 'one-span.cjs'],
      settings({ OTEL_SDK_DISABLED: 'true' }),
    );
    assert.deepEqual(ended, unharmed('recording: false\n'));
    assert.deepEqual(sentry.requests, []);
  });

  it('continues the trace that the environment names', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const env = settings({ SENTRY_TRACE: `${traceId}-b7ad6b7169203331-1` });
    await application.run(['--require', REGISTER, 'one-span.cjs'], env);
    const trace = transactions()[0]?.contexts.trace;
    assert.equal(trace?.trace_id, traceId);
    assert.equal(trace?.parent_span_id, 'b7ad6b7169203331');
  });

  it('starts its own trace when the environment is not to be used', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const env = settings({ SENTRY_TRACE: `${traceId}-b7ad6b7169203331-1`, SENTRY_USE_ENVIRONMENT: 'no' });
    await application.run(['--import', REGISTER, 'one-span.cjs'], env);
    assert.notEqual(transactions()[0]?.contexts.trace.trace_id, traceId);
  });

  describe('at the end', () => {
    it('sends what has ended when there is nothing left to do', async () => {
      const { code } = await application.run(['--import', REGISTER, 'one-span.cjs'], settings());
      assert.equal(code, 0);
      assert.deepEqual(
        transactions().map(({ transaction }) => transaction),
        ['work'],
      );
    });

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      it(`sends what has ended on ${signal} and ends with it`, async () => {
        const running = application.start(['--import', REGISTER, 'lasting.cjs'], settings());
        await running.printed('ready');
        running.child.kill(signal);
        const { code, signal: endedBy, stderr } = await running.ended;
        assert.deepEqual({ code, endedBy, stderr }, { code: null, endedBy: signal, stderr: '' });
        assert.deepEqual(
          transactions().map(({ transaction }) => transaction),
          ['work'],
        );
      });
    }

    it('leaves the end to an application that listens for the signal itself', async () => {
      application.write(
        'listening.cjs',
        `process.once('SIGTERM', () => setTimeout(() => process.exit(7), 300));${LASTING}`,
      );
      const running = application.start(['--import', REGISTER, 'listening.cjs'], settings());
      await running.printed('ready');
      running.child.kill('SIGTERM');
      const { code } = await running.ended;
      assert.equal(code, 7);
      assert.deepEqual(
        transactions().map(({ transaction }) => transaction),
        ['work'],
      );
    });

    it('ends at once on a second signal while Sentry does not answer', async () => {
      sentry.answerAlways('never');
      const running = application.start(['--import', REGISTER, 'lasting.cjs'], settings());
      await running.printed('ready');
      running.child.kill('SIGINT');
      await sentry.received(1);
      const since = Date.now();
      running.child.kill('SIGINT');
      const { signal } = await running.ended;
      assert.equal(signal, 'SIGINT');
      assert.ok(Date.now() - since < 3000, 'it waited for Sentry');
    });
  });

  describe('with something in the way', () => {
    const expectOneMessage = ({ code, stdout, stderr }: Ended, pattern: RegExp, output: string): void => {
      assert.match(stderr, pattern);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.deepEqual({ code, stdout }, { code: 0, stdout: output });
    };

    it('names the packages to install when there is no SDK', async () => {
      const bare = new Application(build, ['api']);
      try {
        bare.write('one-span.cjs', ONE_SPAN);
        for (const flag of ['--import', '--require']) {
          const ended = await bare.run([flag, REGISTER, 'one-span.cjs'], settings());
          const pattern =
            /^otel-sentry-bridge\/register: not started: no OpenTelemetry SDK is installed: npm install @opentelemetry\/api@1\.9 /;
          expectOneMessage(ended, pattern, 'recording: false\n');
        }
      } finally {
        bare.remove();
      }
    });

    it('names the context manager when only that is missing', async () => {
      const names = ['api', 'core', 'resources', 'sdk-trace', 'semantic-conventions'];
      const bare = new Application(build, names);
      try {
        // A copy: a link would lead to where everything is installed.
        for (const name of names.slice(1)) {
          const path = join(bare.path, 'node_modules/@opentelemetry', name);
          rmSync(path);
          cpSync(join('node_modules/@opentelemetry', name), path, { recursive: true });
        }
        bare.write('one-span.cjs', ONE_SPAN);
        const ended = await bare.run(['--import', REGISTER, 'one-span.cjs'], settings());
        expectOneMessage(ended, /npm install @opentelemetry\/context-async-hooks@2$/m, 'recording: false\n');
      } finally {
        bare.remove();
      }
    });

    it('finds packages beside itself when the application has none', async () => {
      const elsewhere = new Application(build, ['api']);
      try {
        const script = elsewhere.write('one-span.cjs', ONE_SPAN);
        const register = join(application.path, 'node_modules', PACKAGE, 'dist/esm/register.js');
        const env = settings();
        const { stdout, stderr } = await elsewhere.run(['--import', register, script], env);
        assert.deepEqual({ stdout, stderr }, { stdout: 'recording: true\n', stderr: '' });
      } finally {
        elsewhere.remove();
      }
    });

    for (const flags of [
      ['--require', REGISTER, '--import', REGISTER],
      ['--import', REGISTER, '--import', `./node_modules/${PACKAGE}/dist/cjs/register.js`],
    ]) {
      it(`starts once when told to twice: ${flags.join(' ')}`, async () => {
        const { code, stdout, stderr } = await application.run([...flags, 'one-span.cjs'], settings());
        assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'recording: true\n', stderr: '' });
        assert.equal(transactions().length, 1);
      });
    }

    it('registers once when two copies of the package are told to', async () => {
      const copy = join(application.path, 'copy');
      cpSync(join(application.path, 'node_modules', PACKAGE), copy, { recursive: true });
      const flags = ['--import', REGISTER, '--import', './copy/dist/esm/register.js'];
      const ended = await application.run([...flags, 'one-span.cjs'], settings());
      expectOneMessage(ended, /has been here before; register once/, 'recording: true\n');
      assert.equal(transactions().length, 1);
    });

    it('leaves the setup of another SDK alone', async () => {
      application.write(
        'other.mjs',
        `import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
         new NodeTracerProvider().register();`,
      );
      const flags = ['--import', './other.mjs', '--import', REGISTER];
      const ended = await application.run([...flags, 'one-span.cjs'], settings());
      const pattern = /another SDK has registered .*\(tracer provider, context manager, propagator\)/;
      expectOneMessage(ended, pattern, 'recording: true\n');
      assert.deepEqual(sentry.requests, []);
    });

    it('says that a DSN cannot be used, without showing it', async () => {
      const ended = await application.run(
        ['--import', REGISTER, 'one-span.cjs'],
        settings({ SENTRY_DSN: 'https//key:secret@nowhere' }),
      );
      expectOneMessage(ended, /SENTRY_DSN is ignored/, 'recording: true\n');
      assert.doesNotMatch(ended.stderr, /secret/);
    });

    it('says that no trace is recorded when there is no sample rate', async () => {
      const { SENTRY_DSN = '' } = settings();
      const ended = await application.run(['--import', REGISTER, 'one-span.cjs'], { SENTRY_DSN });
      expectOneMessage(ended, /^\[opentelemetry\] warn: .*tracesSampleRate/, 'recording: false\n');
    });

    it('takes no part when its API is newer than the one of the SDK', async () => {
      const mixed = new Application(build);
      try {
        const api = join(mixed.path, 'node_modules', PACKAGE, 'node_modules/@opentelemetry/api');
        cpSync('node_modules/@opentelemetry/api', api, { recursive: true });
        const version = join(api, 'build/src/version.js');
        writeFileSync(version, readFileSync(version, 'utf8').replace(/1\.9\.\d+/, '1.10.0'));
        mixed.write('one-span.cjs', ONE_SPAN);
        const ended = await mixed.run(['--import', REGISTER, 'one-span.cjs'], settings());
        const pattern = /the @opentelemetry\/api of otel-sentry-bridge is newer than the SDK's/;
        expectOneMessage(ended, pattern, 'recording: false\n');
      } finally {
        mixed.remove();
      }
    });
  });
});

function unharmed(stdout: string): Ended {
  return { code: 0, signal: null, stdout, stderr: '' };
}

function asTransaction(value: unknown): Transaction {
  return value as Transaction;
}
