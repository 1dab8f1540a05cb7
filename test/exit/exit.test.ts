import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BundledProgram } from '../support/bundled-program.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { LIFECYCLES, type Lifecycle } from '../support/lifecycles.js';
import { fieldsOf, listOf } from '../support/vectors/narrow.js';

const APPLICATION = fileURLToPath(new URL('application.ts', import.meta.url));
const DEADLINE_MILLIS = 15_000;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly millis: number;
}

let program: BundledProgram;

function run(dsn: string, way: string, lifecycle: Lifecycle): Promise<Ended> {
  const started = performance.now();
  const child = spawn(process.execPath, [program.path, dsn, way, lifecycle], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)));
  const killer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MILLIS);
  return new Promise(resolve => {
    child.once('close', (code, signal) => {
      clearTimeout(killer);
      resolve({ code, signal, output, millis: performance.now() - started });
    });
  });
}

/** Way to end, transactions that must have arrived, and how the process ends. */
const WAYS: readonly [way: string, names: string[], end: Partial<Ended>][] = [
  ['natural end', ['root'], { code: 0 }],
  ['natural end below an open root', ['child'], { code: 0 }],
  ['process.exit() after close()', ['root'], { code: 7 }],
  ['SIGTERM', ['root'], { signal: 'SIGTERM' }],
  ['provider.shutdown()', ['root'], { code: 0 }],
  ['frozen after flush()', ['root'], { signal: 'SIGKILL' }],
  ['worker thread', ['in a worker'], { code: 0 }],
  ['cluster worker', ['in a cluster worker'], { code: 0 }],
  ['worker thread that is terminated after its stop', ['in a worker'], { code: 0 }],
  ['cluster worker that is killed', ['in a cluster worker'], { code: 0 }],
  ['Cloud Run request', ['root'], { signal: 'SIGKILL' }],
  ['uncaught exception', ['root'], { code: 1 }],
];

describe('the end of a process', function () {
  this.timeout(DEADLINE_MILLIS + 5000);

  before(async () => {
    program = await BundledProgram.create(APPLICATION);
  });
  after(() => program.remove());

  for (const [way, names, end] of WAYS) {
    for (const lifecycle of LIFECYCLES) {
      it(`delivers everything that ended: ${way} (${lifecycle})`, async () => {
        const sentry = await FakeSentry.start();
        try {
          const ended = await run(sentry.dsn, way, lifecycle);
          const arrived = lifecycle === 'stream' ? streamedNames(sentry) : transactionNames(sentry);
          assert.deepEqual(arrived, names, ended.output);
          for (const key of ['code', 'signal'] as const)
            if (end[key] !== undefined) assert.equal(ended[key], end[key], ended.output);
        } finally {
          await sentry.close();
        }
      });
    }

    it(`ends within its deadline although Sentry never answers: ${way}`, async () => {
      const sentry = await FakeSentry.start();
      sentry.answerAlways('never');
      try {
        const { millis, output } = await run(sentry.dsn, way, 'transaction');
        assert.ok(millis < 10_000, `${millis} ms\n${output}`);
      } finally {
        await sentry.close();
      }
    });
  }
});

function transactionNames(sentry: FakeSentry): unknown[] {
  return sentry.accepted('transaction').map(nameOf);
}

/** Of segments; where none has ended, of what is below them. */
function streamedNames(sentry: FakeSentry): unknown[] {
  const spans = sentry.accepted('span').flatMap(payload => listOf(fieldsOf(payload)['items']).map(fieldsOf));
  const segments = spans.filter(span => span['is_segment'] === true);
  return (segments.length > 0 ? segments : spans).map(span => span['name']);
}

function nameOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'transaction' in payload
    ? payload.transaction
    : payload;
}
