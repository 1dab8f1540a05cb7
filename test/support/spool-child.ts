/**
 * A small application with a spool, run in a process of its own and killed at any moment. Says what became of each of
 * its envelopes as soon as it knows; with `drain` it sends what is on disk, and ends when nothing is.
 */
import { writeSync } from 'node:fs';
import { systemClock, type Clock } from '../../src/clock.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { nodeDisk } from '../../src/spool/node-disk.js';
import { systemProcessTable } from '../../src/spool/process-table.js';
import { Spool } from '../../src/spool/spool.js';
import { Delivery } from '../../src/transport/delivery.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { outgoingTransaction } from './outgoing.js';

const [folder = '', url = '', prefix = '', mode = ''] = process.argv.slice(2);
const sdk = { name: 'test', version: '1' };
const losses = new LossCounter();
/** Pauses pass so many times faster than they should. */
const HASTE = 20;
const clock: Clock = {
  ...systemClock,
  setTimer: (callback, delayMillis) => systemClock.setTimer(callback, delayMillis / HASTE),
};
const http = createHttpTransport({ url, sdk });
const flaky: Transport = {
  send: (bytes, timeoutMillis) =>
    mode !== 'drain' && Math.random() < 0.5
      ? Promise.reject(new Error('down'))
      : http.send(bytes, timeoutMillis),
  close: () => http.close?.(),
};
const id = crypto.randomUUID().replaceAll('-', '');
const settings = { folder, maxBytes: 10_000_000, maxAgeMillis: 86_400_000, clock, losses, id };
const delivery = new Delivery({
  transport: flaky,
  losses,
  clock,
  sdk,
  random: () => 0,
  // Not in haste: what Sentry answers too late would be sent twice.
  requestTimeoutMillis: 10_000 * HASTE,
  sendClientReports: false,
  spool: access => new Spool({ ...settings, disk: nodeDisk, processes: systemProcessTable }, access),
});

writeSync(1, 'ready\n');
if (mode === 'drain') await drain();
else await churn();

async function churn(): Promise<void> {
  // Nothing else here keeps the process alive until it is killed.
  setInterval(() => undefined, 1000);
  for (let index = 0; ; index++) {
    const names = [0, 1, 2].map(member => `${prefix}-${index}-${member}`);
    await Promise.all(names.map(send));
  }
}

async function send(name: string): Promise<void> {
  const { kind } = await delivery.send(outgoingTransaction({ name, bytes: 5000 }));
  writeSync(1, `${kind} ${name}\n`);
}

async function drain(): Promise<void> {
  const isDone = (): boolean => {
    const { spool } = delivery.snapshot();
    return spool?.isOwner === true && spool.items === 0;
  };
  while (!isDone()) await new Promise(resolve => setTimeout(resolve, 5));
  await delivery.close(1000);
}
