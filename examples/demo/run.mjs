import { createTables } from './database/tables.mjs';
import { unmetExpectations } from './expectations.mjs';
import { Children } from './processes/children.mjs';
import { Receiver } from './receiver/receiver.mjs';
import { forwarderTo, traceLink } from './receiver/sentry.mjs';
import { printSummary } from './report/summary.mjs';
import { printTrace } from './report/trace.mjs';
import { toTraces } from './report/traces.mjs';
import { REQUESTS, send } from './requests.mjs';

const DEADLINE_MILLIS = 60_000;

const { SENTRY_DSN, SENTRY_SPOTLIGHT, DATABASE_URL } = process.env;
const children = new Children();
setTimeout(() => giveUp(`not done after ${DEADLINE_MILLIS / 1000} seconds`), DEADLINE_MILLIS).unref();

try {
  const run = await runServices();
  const traces = toTraces(run.receiver.transactions);
  for (const trace of traces) printTrace(trace, SENTRY_DSN && traceLink(SENTRY_DSN, trace.traceId));
  printSummary(run, traces);
  if (unmetExpectations(run, traces) > 0) process.exitCode = 1;
} catch (error) {
  giveUp(error.stack);
}

/** What came of the requests: the answers, what Sentry received, and how the services ended. */
async function runServices() {
  const receiver = await Receiver.start(SENTRY_DSN ? forwarderTo(SENTRY_DSN) : undefined);
  const database = DATABASE_URL ? undefined : await children.start('database/server.mjs');
  const databaseUrl = DATABASE_URL || database.address;
  const dropTables = await createTables(databaseUrl);

  const env = {
    DATABASE_URL: databaseUrl,
    ...(SENTRY_DSN ? { SENTRY_DSN, SENTRY_TUNNEL: receiver.tunnel } : { SENTRY_DSN: receiver.dsn }),
    SENTRY_SPOTLIGHT,
  };
  const pricing = await children.start('pricing/app.cjs', {
    execArgv: ['--require', './pricing/otel.cjs'],
    env,
  });
  const shop = await children.start('shop/app.mjs', {
    execArgv: ['--import', './shop/otel.mjs'],
    env: { ...env, PRICING_URL: pricing.address },
  });

  const answers = [];
  for (const request of REQUESTS) answers.push(await send(shop.address, request));

  const endings = { shop: await shop.stop(), pricing: await pricing.stop() };
  await dropTables();
  await database?.stop();
  receiver.close();
  return { receiver, answers, endings };
}

function giveUp(reason) {
  console.error(`The demo failed: ${reason}`);
  process.exit(1);
}
