import { setTimeout as delay } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { announce } from '../processes/announce.cjs';
import { provider } from './otel.mjs';
import { quote } from './prices.mjs';

announce('');
process.once('SIGTERM', () => void provider.shutdown());

await trace.getTracer('quotes').startActiveSpan('quote', async span => {
  quote([150, 150]);
  await delay(100);
  quote([300]);
  span.end();
});
process.kill(process.pid, 'SIGTERM');
