import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ProfileChunk, TransactionProfile } from '../../src/protocol/profile.js';
import type { SentryProfilerOptions } from '../../src/profiling.js';
import { ApplicationFolder } from '../docs/support/application-folder.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { stacksOf } from '../support/profiled.js';
import { checkWire } from '../support/wire-problems.js';

const APPLICATIONS = fileURLToPath(new URL('applications', import.meta.url));
const TIMEOUT_MILLIS = 30_000;
const [major = 0] = process.versions.node.split('.').map(Number);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('profiles of Node.js', function () {
  this.timeout(TIMEOUT_MILLIS);

  let folder: ApplicationFolder;
  let sentry: FakeSentry;

  before(() => {
    folder = new ApplicationFolder();
    cpSync(APPLICATIONS, folder.path, { recursive: true });
  });
  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(async () => {
    sentry.acceptedEnvelopes.forEach(checkWire);
    await sentry.close();
  });
  after(() => folder.remove());

  function run(name: string, options: SentryProfilerOptions, ...flags: string[]): Promise<Ended> {
    const child = spawn(process.execPath, [...flags, name], {
      cwd: folder.path,
      env: { SENTRY_DSN: sentry.dsn, PROFILER_OPTIONS: JSON.stringify(options) },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MILLIS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => (stdout += String(chunk)));
    child.stderr.on('data', chunk => (stderr += String(chunk)));
    return new Promise(resolve => child.once('close', code => resolve({ code, stdout, stderr })));
  }

  async function finish(name: string, options: SentryProfilerOptions, ...flags: string[]): Promise<Ended> {
    const ended = await run(name, options, ...flags);
    assert.equal(ended.code, 0, ended.stderr);
    return ended;
  }

  const profiles = () => sentry.accepted('profile').map(payload => payload as TransactionProfile);
  const chunks = () => sentry.accepted('profile_chunk').map(payload => payload as ProfileChunk);

  for (const [way, options] of [
    ['a transaction', { profilesSampleRate: 1 }],
    ['the process', { profileSessionSampleRate: 1, profileLifecycle: 'trace' }],
  ] as const) {
    it(`name each function with the file, line and column of its definition: of ${way}`, async () => {
      const { stderr } = await finish('lines.mjs', options);
      assert.equal(stderr, '');
      const [payload] = [...profiles(), ...chunks()];
      assert.ok(payload !== undefined);
      // Of the code of a module itself V8 does not always know the place.
      const places = payload.profile.frames
        .filter(({ filename = '' }) => filename.startsWith(folder.path) && !filename.includes('node_modules'))
        .filter(({ function: name }) => name !== '<anonymous>')
        .map(({ function: name, filename = '', lineno, colno, in_app }) => ({
          place: `${name} ${filename.slice(folder.path.length + 1)}:${lineno}:${colno}`,
          in_app,
        }))
        .sort((a, b) => a.place.localeCompare(b.place));
      assert.deepEqual(places, [
        { place: 'burn burn.mjs:1:21', in_app: true },
        { place: 'outer burn.mjs:8:22', in_app: true },
      ]);
      const busy = stacksOf(payload).filter(([innermost]) => innermost === 'burn');
      assert.ok(busy.length > 5, `${busy.length} samples`);
      assert.ok(busy.every(stack => stack[1] === 'outer'));
    });
  }

  it('do not delay the start of a transaction, however much code there is', async () => {
    const { stdout } = await finish('starts.mjs', { profilesSampleRate: 1 });
    const { median, heapBytes } = JSON.parse(stdout) as { median: number; heapBytes: number };
    assert.ok(heapBytes > 100e6, `${heapBytes} bytes`);
    assert.ok(median < 1, `${median} ms`);
  });

  it('are made in worker threads as well, at the same time', async () => {
    await finish('worker.mjs', { profilesSampleRate: 1 });
    const made = profiles().map(({ transaction, profile }) => [
      transaction.name,
      transaction.active_thread_id === '0',
      Object.values(profile.thread_metadata),
      profile.samples.length > 5,
    ]);
    assert.deepEqual(made.sort(), [
      ['main', true, [{ name: 'main' }], true],
      ['worker', false, [{ name: 'worker' }], true],
    ]);
  });

  it('survive an application that ends recordings it has not begun', async () => {
    await finish('others.mjs', { profilesSampleRate: 1 });
    const [first, second] = profiles();
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(stacksOf(first).some(([innermost]) => innermost === 'burn'));
    assert.ok(stacksOf(second).some(([innermost]) => innermost === 'burn'));
  });

  it('are sent before a process ends for want of work, without any span', async () => {
    await finish('manual.mjs', { profileSessionSampleRate: 1 });
    assert.equal(chunks().length, 1);
  });

  it('do not keep process.exit() from ending the process', async () => {
    const { code, stderr } = await run('exit.mjs', { profilesSampleRate: 1 });
    assert.deepEqual([code, stderr], [7, '']);
  });

  it('have a thread for each transaction with perRequestThreads, and put samples where they belong', async () => {
    await finish('interleaved.mjs', { profilesSampleRate: 1, perRequestThreads: true, hz: 1000 });
    const transactions = sentry.accepted('transaction') as {
      transaction: string;
      contexts: { trace: { data: Record<string, unknown> } };
    }[];
    for (const payload of profiles()) {
      const { transaction, profile } = payload;
      const event = transactions.find(({ transaction: name }) => name === transaction.name);
      assert.equal(event?.contexts.trace.data['thread.id'], transaction.active_thread_id);
      assert.deepEqual(profile.thread_metadata[transaction.active_thread_id], { name: transaction.name });
      const stacks = stacksOf(payload);
      const threadsOf = (name: string) =>
        new Set(
          profile.samples
            .filter((_, index) => stacks[index]?.includes(name))
            .map(({ thread_id }) => profile.thread_metadata[thread_id]?.name),
        );
      assert.deepEqual(
        [threadsOf('burnFirst'), threadsOf('burnSecond')],
        [new Set(['first']), new Set(['second'])],
      );
    }
    assert.equal(profiles().length, 2);
  });

  describe('switch themselves off with one warning, and transactions are sent', () => {
    const assertOff = ({ stderr }: Ended, reason: RegExp) => {
      const lines = stderr.split('\n').filter(line => line.startsWith('nothing is profiled'));
      assert.equal(lines.length, 1, stderr);
      assert.match(lines[0] ?? '', reason);
      assert.equal(sentry.accepted('transaction').length, 1);
      assert.deepEqual([...profiles(), ...chunks()], []);
    };

    it('without permission for the inspector', async () => {
      const flags = [major < 22 ? '--experimental-permission' : '--permission', '--allow-fs-read=*'];
      if (major > 24) flags.push('--allow-net');
      assertOff(await finish('lines.mjs', { profilesSampleRate: 1 }, ...flags), /restricted|denied/i);
    });

    it('without inspector', async () => {
      folder.write('without.cjs', 'process.getBuiltinModule = () => undefined;\n');
      const ended = await finish('lines.mjs', { profilesSampleRate: 1 }, '--require', './without.cjs');
      assertOff(ended, /this Node\.js has no inspector$/);
    });
  });
});
