// The demo, and its traces in Spotlight. Stays until it is told to end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Children } from './processes/children.mjs';

const DEFAULT_PORT = '8969';

const spotlight = await new Children().start('spotlight/server.mjs', {
  env: { SPOTLIGHT_PORT: process.env.SPOTLIGHT_PORT ?? DEFAULT_PORT },
});
const demo = spawn(process.execPath, ['run.mjs'], {
  cwd: import.meta.dirname,
  env: { ...process.env, SENTRY_SPOTLIGHT: `${spotlight.address}/stream` },
  stdio: 'inherit',
});
process.once('exit', () => demo.kill());
const [code] = await once(demo, 'exit');
if (code === 0)
  console.log(`The traces are at ${spotlight.address}/telemetry/traces until Ctrl+C is pressed.`);
else process.exit(1);
