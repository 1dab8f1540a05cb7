import { isMainThread, Worker } from 'node:worker_threads';
import { bridge, tracer } from './otel.mjs';
import { burn } from './burn.mjs';

const worker = isMainThread ? new Worker(new URL(import.meta.url)) : undefined;
const span = tracer.startSpan(isMainThread ? 'main' : 'worker');
burn(400);
span.end();
await bridge.close();
if (worker !== undefined) await new Promise(resolve => worker.once('exit', resolve));
