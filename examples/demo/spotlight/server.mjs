// Spotlight, Sentry's local UI, kept to this machine: its own command sends telemetry to its makers and listens on all
// interfaces, so only its server is started here. https://spotlightjs.com/
import { readFileSync } from 'node:fs';
import { Server } from 'node:net';
import { setupSpotlight } from './node_modules/@spotlightjs/spotlight/dist/server/main.js';
import { announce } from '../processes/announce.cjs';

const UI = new URL('node_modules/@spotlightjs/spotlight/dist/ui/', import.meta.url);
const HOST = '127.0.0.1';
const TELEMETRY = ' https://*.sentry.io';

listenOnThisMachineOnly();
const server = await setupSpotlight({
  port: Number(process.env.SPOTLIGHT_PORT),
  filesToServe: uiWithoutTelemetry(),
  isStandalone: true,
});
if (server === undefined) throw new Error(`a Spotlight runs on port ${process.env.SPOTLIGHT_PORT} already`);
announce(`http://localhost:${server.address().port}`);

process.once('SIGTERM', () => process.exit());

/** The server has no option for its address. */
function listenOnThisMachineOnly() {
  const { listen } = Server.prototype;
  Server.prototype.listen = function listenHere(port, ...rest) {
    const isAddressed = typeof port !== 'number' || typeof rest[0] === 'string';
    return isAddressed ? listen.call(this, port, ...rest) : listen.call(this, port, HOST, ...rest);
  };
}

/** Files by name. The policy of the page keeps the Sentry SDK in it from sending anything. */
function uiWithoutTelemetry() {
  const page = readFileSync(new URL('index.html', UI), 'utf8');
  if (!page.includes(TELEMETRY)) throw new Error('this Spotlight has another policy: see what it allows');
  const manifest = Object.values(JSON.parse(readFileSync(new URL('manifest.json', UI), 'utf8')));
  const names = new Set(manifest.flatMap(({ file, css = [] }) => [file, ...css]));
  return {
    'index.html': Buffer.from(page.replace(TELEMETRY, '')),
    ...Object.fromEntries([...names].map(name => [name, readFileSync(new URL(name, UI))])),
  };
}
