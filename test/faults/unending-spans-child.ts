/**
 * Starts a million spans: below roots that never end, below roots that have left without them, below roots that are
 * sampled out, and in ordinary transactions. Says what became of them, and how much memory is in use before and after.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Span } from '@opentelemetry/api';
import type { Transport } from '../../src/transport/transport.js';
import { parseEnvelope, jsonOf } from '../support/parse-envelope.js';
import { assertWire } from '../support/vectors/wire-rules.js';
import { Application } from './support/application.js';

const [spans = '', maxBufferedSpans = ''] = process.argv.slice(2);
const SPANS = Number(spans);
const CHILDREN = 9;
/** Of those below a root that leaves without them. */
const LATE_CHILDREN = 2;
const SPANS_PER_ROUND = 4 * (1 + CHILDREN);
const ROUNDS_PER_TURN = 25;
const SPANS_PER_COLLECTION = 50_000;
/** Spans that are started before memory is looked at for the first time: code and caches are there then. */
const WARM_UP_SPANS = 50_000;

/** To check them all would take longer than to make them. */
const ENVELOPES_PER_CHECK = 20;

let envelopes = 0;
const received: Record<string, number> = { transaction: 0, span: 0 };
const reported: Record<string, number> = {};
const transport: Transport = {
  async send(bytes) {
    const envelope = parseEnvelope(bytes);
    if (envelopes++ % ENVELOPES_PER_CHECK === 0) assertWire(envelope);
    for (const item of envelope.items) {
      const json = jsonOf(item);
      if (isTransaction(json)) add(received, { transaction: 1, span: json.spans.length + 1 });
      if (isReport(json)) {
        for (const { reason, category, quantity } of json.discarded_events)
          add(reported, { [`${reason}/${category}`]: quantity });
      }
    }
    return { statusCode: 200 };
  },
};

function application(): Application {
  return new Application({
    dsn: 'http://8f3c1d2e4b5a69788796a5b4c3d2e1f0@127.0.0.1/1',
    transport,
    lateSpanGraceMillis: 0,
    maxBufferedSpans: Number(maxBufferedSpans),
    tracesSampleRate: undefined,
    tracesSampler: ({ name }) => (name === 'sampled out' ? 0 : 1),
  });
}

/** Spans that were started and never ended. */
let open = 0;
/** Spans that ended below them. */
let belowOpen = 0;

function round(app: Application, late: Span[]): void {
  const children = (root: Span): Span[] => Array.from({ length: CHILDREN }, () => app.start('child', root));
  const neverEnding = app.start('never ending');
  open++;
  for (const child of children(neverEnding)) app.end(child);
  belowOpen += CHILDREN;
  const left = app.start('left');
  children(left).forEach((child, index) => (index < LATE_CHILDREN ? late.push(child) : app.end(child)));
  app.endRoot(left);
  for (const name of ['sampled out', 'ordinary']) {
    const root = app.start(name);
    for (const child of children(root)) app.end(child);
    app.endRoot(root);
  }
}

/** Ends spans whose transaction has left without them: each travels as one of its own. */
function endLate(app: Application, late: readonly Span[]): void {
  for (const span of late) app.endRoot(span);
}

async function run(app: Application, spans: number): Promise<void> {
  let late: Span[] = [];
  for (let started = 0; started < spans;) {
    const next: Span[] = [];
    for (let i = 0; i < ROUNDS_PER_TURN && started < spans; i++, started += SPANS_PER_ROUND) round(app, next);
    await wait(2);
    // Or else tables of weak references become as large as all that was never collected, and stay so.
    if (started % SPANS_PER_COLLECTION === 0) globalThis.gc?.();
    endLate(app, late);
    late = next;
  }
  await app.bridge.flush(30_000);
  endLate(app, late);
}

async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await wait(20);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

const warmUp = application();
await run(warmUp, WARM_UP_SPANS);
await warmUp.bridge.close(30_000);
for (const sums of [received, reported]) for (const key of Object.keys(sums)) sums[key] = 0;
open = 0;
belowOpen = 0;

const heapBefore = await heapBytes();
const app = application();
await run(app, SPANS);
const heapOpen = await heapBytes();
const isClosed = await app.bridge.close(30_000);
const heapAfter = await heapBytes();
console.log(
  JSON.stringify({
    ...app.state(),
    isClosed,
    open,
    belowOpen,
    received,
    reported,
    heapBefore,
    heapOpen,
    heapAfter,
  }),
);

function add(sums: Record<string, number>, more: Record<string, number>): void {
  for (const [key, quantity] of Object.entries(more)) sums[key] = (sums[key] ?? 0) + quantity;
}

function isTransaction(json: unknown): json is { spans: unknown[] } {
  return typeof json === 'object' && json !== null && 'spans' in json && Array.isArray(json.spans);
}

function isReport(json: unknown): json is {
  discarded_events: { reason: string; category: string; quantity: number }[];
} {
  return typeof json === 'object' && json !== null && 'discarded_events' in json;
}
