/** An application that ends 200 transactions a second until its standard input ends, then closes and says what it knows. */
import { setTimeout as wait } from 'node:timers/promises';
import { Application } from './support/application.js';

const [dsn = '', directory = '', maxQueueBytes = ''] = process.argv.slice(2);
const PER_SECOND = 200;
const TICK_MILLIS = 20;

const application = new Application({
  dsn,
  ...(directory === '' ? {} : { spool: { directory } }),
  ...(maxQueueBytes === '' ? {} : { maxQueueBytes: Number(maxQueueBytes) }),
});
let isStopped = false;
process.stdin.resume().once('end', () => (isStopped = true));

const begin = performance.now();
for (let count = 0; !isStopped;) {
  const due = ((performance.now() - begin) / 1000) * PER_SECOND;
  for (; count < due; count++) application.transaction();
  await wait(TICK_MILLIS);
}
const isFlushed = await application.bridge.flush(60_000);
const isClosed = await application.bridge.close(10_000);
console.log(JSON.stringify({ ...application.state(), isFlushed, isClosed }));
