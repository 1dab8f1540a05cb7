/** A small application in a process of its own: how does it end, and does everything arrive? */
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
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

const SELF = new URL(import.meta.url);

function work(name: string): void {
  const root = tracer.startSpan(name);
  tracer.startSpan('child', {}, below(root)).end();
  root.end();
}

function heard(worker: Worker): Promise<unknown> {
  return new Promise(resolve => worker.once('message', resolve));
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
      new Worker(SELF, { workerData: [dsn, way, lifecycle] }).once('exit', resolve),
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
  'worker thread that is terminated after its stop': async () => {
    if (!isMainThread) {
      work('in a worker');
      parentPort?.on(
        'message',
        () => void bridge.close(1500).finally(() => parentPort?.postMessage('done', [])),
      );
      parentPort?.postMessage('ready', []);
      return;
    }
    const worker = new Worker(SELF, { workerData: [dsn, way, lifecycle] });
    await heard(worker);
    worker.postMessage('stop', []);
    await heard(worker);
    await worker.terminate();
  },
  'cluster worker that is killed': async () => {
    if (!cluster.isPrimary) {
      process.once('SIGTERM', () => void bridge.close(1500).finally(() => process.exit(0)));
      work('in a cluster worker');
      process.send?.('ready');
      return;
    }
    const worker = cluster.fork();
    worker.once('message', () => worker.process.kill('SIGTERM'));
    await new Promise(resolve => worker.once('exit', resolve));
  },
  'Cloud Run request': async () => {
    const server = createServer((_request, response) => {
      work('root');
      void bridge.flush(1500).finally(() => response.end('done'));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
    console.log(await (await fetch(`http://127.0.0.1:${address.port}/`)).text());
    // The CPU is taken away when the response is there, and perhaps never comes back.
    process.kill(process.pid, 'SIGKILL');
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
