/** A small application in a process of its own that sends two envelopes through a proxy, one after the other. */
import { systemClock } from '../../src/clock.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import { createProxyingAgentFactory } from '../../src/transport/http-proxy.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import { outgoingError } from './outgoing.js';

const [url = '', proxy = ''] = process.argv.slice(2);
const sdk = { name: 'test', version: '1' };
const transport = createHttpTransport({ url, sdk, createAgent: createProxyingAgentFactory(proxy) });
const delivery = new Delivery({ transport, losses: new LossCounter(), clock: systemClock, sdk });
for (let i = 0; i < 2; i++) {
  void delivery.send(outgoingError()).then(({ kind }) => console.log(kind));
  await delivery.flush(10_000);
}
