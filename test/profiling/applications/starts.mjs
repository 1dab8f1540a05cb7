// How long do the starts of transactions take that are profiled, in a process with much code and a large heap?
import { runInThisContext } from 'node:vm';
import { bridge, tracer } from './otel.mjs';

// Where everybody could still reach it: it is not to be collected.
globalThis.ballast = Array.from({ length: 2_000_000 }, (_, index) => ({ index, text: `text ${index}` }));
for (let index = 0; index < 20_000; index++)
  runInThisContext(`(a => a + ${index})`)(globalThis.ballast.length);
const millis = [];
for (let index = 0; index < 21; index++) {
  const before = performance.now();
  const span = tracer.startSpan('work');
  millis.push(performance.now() - before);
  span.end();
  await bridge.flush();
}
const median = millis.sort((a, b) => a - b)[10];
console.log(JSON.stringify({ median, heapBytes: process.memoryUsage().heapUsed }));
