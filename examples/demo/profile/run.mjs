import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Children } from '../processes/children.mjs';
import { Receiver } from '../receiver/receiver.mjs';
import { hottestFrames, printFlameGraph } from './flame-graph.mjs';
import { toSpeedscope } from './speedscope.mjs';

const DEADLINE_MILLIS = 60_000;

/** Where the burning function is defined, as an editor counts. */
const BURNING = {
  function: 'searchPrice',
  filename: fileURLToPath(new URL('prices.mjs', import.meta.url)),
  lineno: 2,
  colno: 21,
};

const children = new Children();
setTimeout(() => giveUp(`not done after ${DEADLINE_MILLIS / 1000} seconds`), DEADLINE_MILLIS).unref();

try {
  const transaction = await record('transactions');
  const [profile] = transaction.profiles;
  console.log('The profile of the transaction "quote":\n');
  printFlameGraph(profile);
  const file = join(tmpdir(), 'otel-sentry-bridge-demo.speedscope.json');
  writeFileSync(file, JSON.stringify(toSpeedscope(profile, 'quote')));
  console.log(`\nAs a file: ${file}`);
  console.log('Open it with `npx speedscope <file>`, or drop it on https://www.speedscope.app.\n');
  check('the flame graph names the burning function with file, line and column', () =>
    assertBurning(profile),
  );
  check('the profile travels with its transaction', () => {
    const [{ event }] = transaction.transactions;
    assert.equal(profile.transaction.id, event.event_id);
    assert.equal(profile.transaction.trace_id, event.contexts.trace.trace_id);
    assert.equal(event.contexts.trace.data['thread.id'], profile.transaction.active_thread_id);
  });

  const ofProcess = await record('process');
  check('the profile of the process shows the same, and the transaction links it', () => {
    const [chunk] = ofProcess.chunks;
    const [{ event }] = ofProcess.transactions;
    assertBurning(chunk);
    assert.deepEqual(event.contexts.profile, { profiler_id: chunk.profiler_id });
    const { start_timestamp: start, timestamp: end } = event;
    for (const { timestamp } of chunk.profile.samples)
      assert.ok(timestamp >= start - 0.05 && timestamp <= end + 0.05);
  });
} catch (error) {
  giveUp(error.stack);
}

/** What a process that is profiled in one of the two ways has sent. */
async function record(way) {
  const receiver = await Receiver.start();
  const app = await children.start('profile/app.mjs', {
    execArgv: ['--import', './profile/otel.mjs'],
    env: { SENTRY_DSN: receiver.dsn, PROFILE: way },
  });
  await app.ended;
  receiver.close();
  check(`Sentry has nothing to complain about (${way})`, () => assert.deepEqual(receiver.complaints, []));
  return receiver;
}

function assertBurning(payload) {
  const [{ count, in_app, abs_path, ...hottest }] = hottestFrames(payload);
  assert.deepEqual(hottest, BURNING);
  assert.deepEqual([in_app, abs_path], [true, BURNING.filename]);
  assert.ok(count > 5, `only ${count} samples`);
}

function check(expectation, body) {
  try {
    body();
    console.log(`✓ ${expectation}`);
  } catch (error) {
    console.error(`✗ ${expectation}\n${error.message.replaceAll(/^/gm, '    ')}`);
    process.exitCode = 1;
  }
}

function giveUp(reason) {
  console.error(`The demo failed: ${reason}`);
  process.exit(1);
}
