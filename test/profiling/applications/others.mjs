// The application uses the profiler of the inspector as well, and ends what it has not begun.
import inspector from 'node:inspector';
import { bridge, tracer } from './otel.mjs';
import { burn } from './burn.mjs';

inspector.console.profile('of the application');
for (const name of ['first', 'second']) {
  const span = tracer.startSpan(name);
  burn(200);
  if (name === 'first') for (let time = 0; time < 5; time++) inspector.console.profileEnd();
  burn(100);
  span.end();
  await bridge.flush();
}
