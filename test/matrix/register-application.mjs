// One application started with `otel-sentry-bridge/register`, and whether Sentry gets what it should.
import { createRequire } from 'node:module';
import { run, StepError } from '../support/step.mjs';

const { startReceiver } = createRequire(import.meta.url)('../compat/support/receiver.cjs');

const TIMEOUT_MILLIS = 30_000;

/** By major version: the first minor and patch from which on hooks for ES modules need no thread of their own. */
const HOOKS_WITHOUT_THREAD = { 22: [22, 3], 24: [11, 1], 26: [0, 0] };

/** Rejects with all that is wrong. */
export async function runApplication({ node, version, folder, flag, application }) {
  const receiver = await startReceiver();
  try {
    const env = {
      PATH: process.env.PATH,
      SENTRY_DSN: receiver.dsn,
      SENTRY_TRACES_SAMPLE_RATE: '1',
      SENTRY_DEBUG: '1',
      OTEL_LOG_LEVEL: 'warn',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici',
    };
    const args = [flag, 'otel-sentry-bridge/register', application];
    const { stderr } = await run(folder, node, args, { env, timeout: TIMEOUT_MILLIS });
    const problems = [...problemsOfLog(stderr, version), ...problemsOfTraces(receiver.take())];
    if (problems.length > 0) throw new StepError(`${flag} ${application}: ${problems.join('; ')}`);
  } finally {
    receiver.close();
  }
}

function problemsOfLog(stderr, version) {
  const hook = /loader hook: (\w+)/.exec(stderr)?.[1] ?? 'unknown';
  const isExpected = line =>
    line === '' || /^(\[otel-sentry-bridge\]|otel-sentry-bridge\/register:) (started|transaction)/.test(line);
  return [
    ...(hook === hookOf(version) ? [] : [`loader hook: ${hook}`]),
    ...stderr.split('\n').filter(line => !isExpected(line)),
  ];
}

function hookOf(version) {
  const [major, ...rest] = version.split('.').map(Number);
  const [minor, patch] = HOOKS_WITHOUT_THREAD[major] ?? [Infinity, 0];
  return rest[0] > minor || (rest[0] === minor && rest[1] >= patch) ? 'registerHooks' : 'register';
}

/** The server's span must hold both outgoing requests, and be in one trace with all others. */
function problemsOfTraces(received) {
  const transactions = received.map(({ event }) => event);
  const outer = transactions.find(({ transaction }) => transaction === 'GET /outer');
  const origins = (outer?.spans ?? []).map(({ origin }) => origin);
  const traces = new Set(transactions.map(({ contexts }) => contexts.trace.trace_id));
  return [
    ...(outer?.contexts.trace.op === 'http.server' ? [] : ['no request was traced']),
    ...(origins.some(origin => origin.endsWith('http')) ? [] : ['get() was not traced']),
    ...(origins.some(origin => origin.endsWith('node_fetch')) ? [] : ['fetch() was not traced']),
    ...(traces.size === 1 ? [] : [`${traces.size} traces`]),
  ];
}
