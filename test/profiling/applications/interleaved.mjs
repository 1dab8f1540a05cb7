// Two transactions take turns. Each has a function of its own to burn with.
import { setImmediate as turn } from 'node:timers/promises';
import { bridge, tracer } from './otel.mjs';
import { burn } from './burn.mjs';

function burnFirst() {
  return burn(20);
}

function burnSecond() {
  return burn(20);
}

const work = (name, fn) =>
  tracer.startActiveSpan(name, async span => {
    for (let round = 0; round < 12; round++) {
      fn();
      await turn();
    }
    span.end();
  });

await Promise.all([work('first', burnFirst), work('second', burnSecond)]);
await bridge.close();
