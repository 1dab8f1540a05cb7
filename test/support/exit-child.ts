/** A small application, run in a process of its own: how does it end when delivery has something to do? */
import { systemClock } from '../../src/clock.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import { outgoingTransaction } from './outgoing.js';

const [url = '', requestTimeoutMillis = '', last = ''] = process.argv.slice(2);
const sdk = { name: 'test', version: '1' };
const losses = new LossCounter();
const transport = createHttpTransport({ url, sdk });
const options = {
  transport,
  losses,
  clock: systemClock,
  sdk,
  requestTimeoutMillis: Number(requestTimeoutMillis),
};
const delivery = new Delivery(options);
void delivery.send(outgoingTransaction()).then(({ kind }) => console.log(kind));
if (last === 'flush') console.log(await delivery.flush(10_000));
