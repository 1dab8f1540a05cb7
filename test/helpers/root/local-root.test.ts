import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { continueTrace } from '../../../src/helpers/continue-trace.js';
import { getActiveRootSpan } from '../../../src/helpers/root/local-root.js';
import { setTag } from '../../../src/helpers/root/set-tag.js';
import { withSpan, withSpanManual } from '../../../src/helpers/spans/with-span.js';
import { getTraceData } from '../../../src/helpers/trace-data.js';
import { SentrySampler } from '../../../src/sampler.js';
import { SentrySpanExporter } from '../../../src/span-exporter.js';
import { collectGarbage } from '../../support/collect-garbage.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { remoteSpan } from '../../support/trace-headers.js';
import { below, DSN, type TracingOptions } from '../../support/tracing.js';
import { App, inChild, unregister } from '../support/app.js';

describe('getActiveRootSpan', () => {
  afterEach(unregister);

  const setups: [what: string, options: TracingOptions][] = [
    ['our sampler', {}],
    ['another sampler', { sampler: new AlwaysOnSampler() }],
    ['our sampler below another', { sampler: new ParentBasedSampler({ root: sampler() }) }],
  ];
  for (const [what, options] of setups) {
    it(`finds the root from any span below it, with ${what}`, () => {
      const app = new App(options);
      inChild(app, (child, root) => {
        assert.equal(getActiveRootSpan(), root);
        assert.equal(getActiveRootSpan(child), root);
        const grandchild = app.tracing.start('grandchild', child);
        assert.equal(getActiveRootSpan(grandchild), root);
      });
    });
  }

  it('is the active span where that is the root', () => {
    const app = new App();
    app.tracing.tracer.startActiveSpan('root', root => assert.equal(getActiveRootSpan(), root));
  });

  it('is found after headers were sent, which freezes what the trace says of it', () => {
    inChild(new App(), (_, root) => {
      getTraceData();
      assert.equal(getActiveRootSpan(), root);
    });
  });

  it('is found from a child that outlives its parent', () => {
    const app = new App();
    const root = app.tracing.start('root');
    const child = app.tracing.start('child', root);
    const grandchild = app.tracing.start('grandchild', child);
    child.end();
    assert.equal(getActiveRootSpan(grandchild), root);
  });

  it('is found below a span that somebody wrapped', () => {
    inChild(new App(), (child, root) => {
      const wrapped = trace.wrapSpanContext({ ...child.spanContext() });
      assert.equal(getActiveRootSpan(wrapped), root);
    });
  });

  it('is not that of another process', () => {
    const app = new App();
    const parent = below(trace.wrapSpanContext(remoteSpan({ traceFlags: TraceFlags.SAMPLED })));
    const root = app.tracing.tracer.startSpan('root', {}, parent);
    const child = app.tracing.start('child', root);
    assert.equal(getActiveRootSpan(child), root);
    assert.equal(
      context.with(parent, () => getActiveRootSpan()),
      undefined,
    );
  });

  it('is the inner one for a request to the same process', () => {
    inChild(new App(), () => {
      const headers = { ...getTraceData() };
      continueTrace(headers, () =>
        withSpan('inner root', inner => {
          withSpan('inner child', () => assert.equal(getActiveRootSpan(), inner));
        }),
      );
    });
  });

  it('tells traces that run side by side apart', async () => {
    App.register();
    const roots = await Promise.all(
      [1, 2, 3].map(() =>
        withSpan('root', async root => {
          await Promise.resolve();
          return withSpan('child', async () => [root, getActiveRootSpan()] as const);
        }),
      ),
    );
    for (const [root, found] of roots) assert.equal(found, root);
  });

  const nowhere: [what: string, options: TracingOptions, within: () => Context][] = [
    ['without a span', {}, () => ROOT_CONTEXT],
    ['in a trace that is not sampled', { tracesSampleRate: 0 }, () => contextBelow()],
    ['in a trace that is left to others', { tracesSampleRate: undefined }, () => contextBelow()],
  ];
  for (const [what, options, within] of nowhere) {
    it(`is nothing ${what}`, () => {
      App.register(options);
      context.with(within(), () => assert.equal(getActiveRootSpan(), undefined));
    });
  }

  it('is nothing when the root has ended', () => {
    const app = new App();
    const root = app.tracing.start('root');
    const child = app.tracing.start('child', root);
    root.end();
    assert.equal(getActiveRootSpan(root), undefined);
    assert.equal(getActiveRootSpan(child), undefined);
  });

  it('is nothing when a span cannot be asked', () => {
    const hostile = new Proxy(trace.wrapSpanContext(remoteSpan()), {
      get: () => {
        throw new Error('hostile');
      },
    });
    assert.equal(getActiveRootSpan(hostile), undefined);
  });

  it('is found in traces that are recorded for others, below the helpers', () => {
    App.register({ tracesSampleRate: 0, recordUnsampled: true });
    withSpan('root', root => withSpan('child', () => assert.equal(getActiveRootSpan(), root)));
  });

  it('is not kept alive by what is left of its trace', async () => {
    const app = new App({ lateSpanGraceMillis: 0 });
    // The first root is kept (src/shape-keeper.ts).
    app.tracing.start('another').end();
    await app.transactions();
    const { child, root } = startPair(app);
    assert.equal((await app.transactions()).length, 2);
    await collectGarbage();
    assert.equal(root.deref(), undefined);
    assert.equal(getActiveRootSpan(child), undefined);
  });

  describe('with the exporter alone, which sees no span start', () => {
    function exportOnly(): App {
      const app = new App();
      const options = { dsn: DSN, tracesSampleRate: 1, transport: app.tracing.mailbox };
      const provider = new BasicTracerProvider({
        sampler: new SentrySampler(options),
        spanProcessors: [new SimpleSpanProcessor(new SentrySpanExporter(options))],
      });
      trace.disable();
      trace.setGlobalTracerProvider(provider);
      return app;
    }

    it('is found below a root that a helper started', () => {
      exportOnly();
      withSpanManual('root', root => {
        trace.getTracer('other').startActiveSpan('child', child => {
          assert.equal(getActiveRootSpan(), root);
          child.end();
        });
        root.end();
      });
    });

    it('is found below a root in which a helper started a span', () => {
      exportOnly();
      trace.getTracer('other').startActiveSpan('root', root => {
        withSpan('child', () => assert.equal(getActiveRootSpan(), root));
        root.end();
      });
    });

    it('is nothing below spans of others, and the log says so', () => {
      exportOnly();
      const log = new RecordedLog();
      trace.getTracer('other').startActiveSpan('root', root => {
        assert.equal(getActiveRootSpan(), root);
        trace.getTracer('other').startActiveSpan('child', child => {
          assert.equal(getActiveRootSpan(), undefined);
          setTag('tenant', 'acme');
          child.end();
        });
        root.end();
      });
      log.stop();
      assert.deepEqual(log.lines.slice(-1), ['debug: setTag: there is no open root span']);
    });
  });
});

function sampler(): SentrySampler {
  return new SentrySampler({ dsn: DSN, tracesSampleRate: 1 });
}

function contextBelow(): Context {
  return below(
    trace.getTracer('test').startSpan('child', {}, below(trace.getTracer('test').startSpan('root'))),
  );
}

/** In a function of its own, so that no variable holds the root. */
function startPair(app: App): { child: Span; root: WeakRef<Span> } {
  const root = app.tracing.start('root');
  const child = app.tracing.start('child', root);
  assert.equal(getActiveRootSpan(child), root);
  root.end();
  return { child, root: new WeakRef(root) };
}
