/** A small application in a process of its own: how does it end, and does everything arrive? */
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import cluster from 'node:cluster';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createSentryBridge } from '../../src/bridge.js';
import { below } from '../support/tracing.js';

const [dsn = '', way = '', lifecycle = ''] = isMainThread ? process.argv.slice(2) : workerData;
const bridge = createSentryBridge({
  dsn,
  tracesSampleRate: 1,
  shutdownTimeoutMillis: 1500,
  traceLifecycle: lifecycle === 'stream' ? 'stream' : 'transaction',
});
const provider = new BasicTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
const tracer = provider.getTracer('application');

/** Workers do not inherit the loader for TypeScript. */
const BOOTSTRAP = `import('tsx/esm/api').then(tsx => { tsx.register(); return import(${JSON.stringify(import.meta.url)}); })`;

function work(name: string): void {
  const root = tracer.startSpan(name);
  tracer.startSpan('child', {}, below(root)).end();
  root.end();
}

const ways: Record<string, () => unknown> = {
  'natural end': () => work('root'),
  'natural end below an open root': () =>
    tracer.startSpan('child', {}, below(tracer.startSpan('open'))).end(),
  'process.exit() after close()': async () => {
    work('root');
    await bridge.close(1500);
    process.exit(7);
  },
  SIGTERM: () => {
    const keepAlive = setInterval(() => undefined, 1000);
    process.once('SIGTERM', () => {
      clearInterval(keepAlive);
      void bridge.close(1500).finally(() => process.kill(process.pid, 'SIGTERM'));
    });
    work('root');
    process.kill(process.pid, 'SIGTERM');
  },
  'provider.shutdown()': async () => {
    work('root');
    await provider.shutdown();
  },
  'frozen after flush()': async () => {
    work('root');
    console.log(`flushed ${String(await bridge.flush(1500))}`);
    // Nothing may be left to do: a frozen function is not woken for it.
    process.kill(process.pid, 'SIGKILL');
  },
  'worker thread': async () => {
    if (!isMainThread) return work('in a worker');
    await new Promise(resolve =>
      new Worker(BOOTSTRAP, { eval: true, workerData: [dsn, way, lifecycle] }).once('exit', resolve),
    );
  },
  'cluster worker': async () => {
    if (!cluster.isPrimary) {
      work('in a cluster worker');
      cluster.worker?.disconnect();
      return;
    }
    await new Promise(resolve => cluster.fork().once('exit', resolve));
  },
  'uncaught exception': () => {
    process.once('uncaughtException', () => void bridge.close(1500).finally(() => process.exit(1)));
    work('root');
    setTimeout(() => {
      throw new Error('uncaught');
    }, 1);
  },
};

await ways[way]?.();
