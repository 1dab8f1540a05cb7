import { setTimeout as delay } from 'node:timers/promises';
import { withSpan } from 'otel-sentry-bridge';
import { consume } from './queue.mjs';

consume(async ({ order }) => {
  await withSpan({ name: 'render confirmation', op: 'template.render' }, () => delay(5));
  if (order === 'broken') throw new Error('cannot be confirmed');
});
