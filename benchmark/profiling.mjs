// What profiling costs: processor time of processes that do the same with and without it, and how long single steps
// take. Prints a table. Processes take turns, so that what else the machine does hits both.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(import.meta.url);
const ROUNDS = 25;
const IDLE_ROUNDS = 3;
const IDLE_MILLIS = 6000;
const HZ = 100;

const OPTIONS = {
  without: undefined,
  transactions: { profilesSampleRate: 1, hz: HZ },
  process: { profileSessionSampleRate: 1, profileLifecycle: 'trace', hz: HZ },
};

const [, , kind, options] = process.argv;
if (kind === undefined) await compare();
else process.send(await measure(kind, JSON.parse(options)));

async function compare() {
  const [{ model }] = cpus();
  console.log(`Node ${process.version}, ${model}, ${cpus().length} cores, ${HZ} Hz\n`);
  const busy = await series('busy', ROUNDS);
  const turns = await series('turns', ROUNDS);
  const idle = await series('idle', IDLE_ROUNDS);
  const steps = await inChild('steps', OPTIONS.transactions);
  console.log('| processor time | without | transactions | process |\n|---|---|---|---|');
  row('busy: the same work', busy, value => `${value.toFixed(0)} ms`, overhead(busy));
  row('busy with many turns of the event loop', turns, value => `${value.toFixed(0)} ms`, overhead(turns));
  row(
    'idle, of one core',
    idle,
    value => `${value.toFixed(2)} %`,
    () => '',
  );
  console.log('\n| step | median | worst |\n|---|---|---|');
  for (const [name, { median, worst }] of Object.entries(steps))
    console.log(`| ${name} | ${median} ms | ${worst} ms |`);
}

/** Values by way of profiling, taken in turns. */
async function series(kind, rounds) {
  const values = Object.fromEntries(Object.keys(OPTIONS).map(name => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, options] of Object.entries(OPTIONS)) values[name].push(await inChild(kind, options));
  }
  return values;
}

async function inChild(kind, options) {
  const child = fork(SCRIPT, [kind, JSON.stringify(options ?? null)]);
  const [result] = await once(child, 'message');
  child.kill();
  return result;
}

function row(name, values, show, more) {
  const cells = Object.entries(values).map(([way, list]) => `${show(median(list))}${more(way)}`);
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}

/** By medians, and by the best rounds, which others on the machine have disturbed least. */
function overhead(values) {
  const percent = (ours, reference) => `${((ours / reference - 1) * 100).toFixed(1)} %`;
  const { without } = values;
  return way =>
    way === 'without'
      ? ''
      : ` (${percent(median(values[way]), median(without))}, best ${percent(Math.min(...values[way]), Math.min(...without))})`;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function measure(kind, profilerOptions) {
  const { context, trace } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-base');
  const { createSentryBridge } = await import('otel-sentry-bridge');
  const { SentryProfiler } = await import('otel-sentry-bridge/profiling');
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const bridge = createSentryBridge({
    dsn: 'https://a1f2c3d4e5b60718293a4b5c6d7e8f90@o1.ingest.sentry.io/42',
    tracesSampleRate: 1,
    transport: { send: async () => ({ statusCode: 200 }) },
    ...(profilerOptions && { profiler: new SentryProfiler(profilerOptions) }),
  });
  const provider = new BasicTracerProvider({ spanProcessors: [bridge.spanProcessor] });
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer('benchmark');
  const kinds = {
    busy: () => busy(tracer, 1),
    turns: () => busy(tracer, 400),
    idle,
    steps: () => steps(tracer, bridge),
  };
  return kinds[kind]();
}

/** Milliseconds of processor time for a fixed amount of work, below one transaction. */
async function busy(tracer, turns) {
  work(6000);
  const before = process.cpuUsage();
  await tracer.startActiveSpan('busy', async span => {
    for (let turn = 0; turn < turns; turn++) {
      work(16_000 / turns);
      await new Promise(resolve => setImmediate(resolve));
    }
    span.end();
  });
  return spent(before);
}

/** Percent of a core that a process takes which does nothing. */
async function idle() {
  await new Promise(resolve => setTimeout(resolve, 1000));
  const before = process.cpuUsage();
  await new Promise(resolve => setTimeout(resolve, IDLE_MILLIS));
  return (spent(before) / IDLE_MILLIS) * 100;
}

/** How long the application has to wait for what profiling does on its thread. */
async function steps(tracer, bridge) {
  const times = { 'start of a transaction': [], 'end, conversion and serialisation of 500 ms': [] };
  const [starts, ends] = Object.values(times);
  for (let round = 0; round < 15; round++) {
    const beforeStart = performance.now();
    const span = tracer.startSpan('step');
    starts.push(performance.now() - beforeStart);
    const end = performance.now() + 500;
    while (performance.now() < end) work(1);
    span.end();
    const beforeEnd = performance.now();
    const flushed = bridge.flush();
    ends.push(performance.now() - beforeEnd);
    await flushed;
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [
      name,
      { median: median(list).toFixed(2), worst: Math.max(...list).toFixed(2) },
    ]),
  );
}

function spent(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Something of what applications do: objects, text, sorting, closures. */
function work(units) {
  let sum = 0;
  for (let unit = 0; unit < units; unit++) {
    const rows = Array.from({ length: 60 }, (_, index) => ({
      id: (index * 7919) % 61,
      name: `row ${index}`,
    }));
    const text = JSON.stringify(rows.toSorted((a, b) => a.id - b.id));
    sum += JSON.parse(text).filter(({ name }) => name.includes('1')).length;
    sum += text.replaceAll(/row (\d)/g, (_, digit) => digit).length;
  }
  return sum;
}
