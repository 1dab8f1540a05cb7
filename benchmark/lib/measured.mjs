// One contender and one case, in a process of its own. Prints what it cost as JSON.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { start } from './contenders.mjs';
import { createRequest, incomingHeaders, SPANS } from './request.mjs';

const TICK_MILLIS = 10;
const { contender, kind, port } = JSON.parse(process.argv[2]);
const { api, tracer, flush } = start(contender, port);
const request = createRequest(api, tracer);
const run = index => request(index, index % 2 === 0 ? incomingHeaders(index) : undefined);

const cpuMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function collectGarbage() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc();
    await pause(20);
  }
}

/** A number of requests per second, a few in each turn, as a server that is not busy gets them. */
async function atRate(perSecond, count, observe = () => undefined) {
  const begin = performance.now();
  for (let done = 0; done < count;) {
    await pause(TICK_MILLIS);
    const due = Math.min(count, Math.floor(((performance.now() - begin) * perSecond) / 1000));
    for (; done < due; done++) {
      const start = performance.now();
      run(done);
      observe(performance.now() - start);
    }
  }
}

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const CASES = {
  async paced() {
    // No faster than every contender keeps up with: what piles up would be measured, not what is needed.
    await atRate(600, 4000);
    await flush();
    await collectGarbage();
    const times = [];
    const before = cpuMicros();
    await atRate(400, 2000, millis => times.push(millis));
    await flush();
    return {
      cpuMicrosPerSpan: (cpuMicros() - before) / 2000 / SPANS,
      hotMicrosPerSpan: (median(times) * 1000) / SPANS,
      peakMegabytes: Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024,
    };
  },
  async burst() {
    await atRate(300, 300);
    await flush();
    for (let index = 0; index < 1000; index++) run(index);
    await flush();
    return {};
  },
  async open() {
    await atRate(300, 300);
    await flush();
    await collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const roots = Array.from({ length: 2000 }, (_, index) => {
      const root = tracer.startSpan('open', { kind: 1 }, api.ROOT_CONTEXT);
      const context = api.trace.setSpan(api.ROOT_CONTEXT, root);
      for (let child = 0; child < 9; child++) {
        const attributes = { 'db.system.name': 'postgresql', 'db.query.text': `select ${index}` };
        tracer.startSpan('query', { kind: 2, attributes }, context).end();
      }
      return root;
    });
    await pause(100);
    await collectGarbage();
    const open = (process.memoryUsage().heapUsed - before) / 20_000;
    for (const root of roots.splice(0)) root.end();
    await flush();
    await pause(100);
    await collectGarbage();
    return {
      bytesPerOpenSpan: open,
      bytesKeptPerSpan: (process.memoryUsage().heapUsed - before) / 20_000,
    };
  },
};

process.stdout.write(JSON.stringify(await CASES[kind]()));
process.exit();
