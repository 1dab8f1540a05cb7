// What one request costs with the two HTTP clients the transport knows: undici, and node:http for agents and proxies.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { build } from 'esbuild';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BODY_BYTES = 9000;
const ROUNDS = 5;
const REQUESTS = 800;

/** The transport by itself, which the package does not export. */
async function transportModule() {
  const path = name => fileURLToPath(new URL(name, import.meta.url));
  const outfile = path('../node_modules/.cache/benchmark/http-transport.mjs');
  const entryPoints = [path('../src/transport/http-transport.ts')];
  await build({ entryPoints, bundle: true, packages: 'external', platform: 'node', format: 'esm', outfile });
  return import(outfile);
}

/** CPU microseconds per request, medians of interleaved rounds, by client. */
export async function measureClients() {
  const { createHttpTransport } = await transportModule();
  const sink = fork(fileURLToPath(new URL('./lib/sink.mjs', import.meta.url)));
  const [{ port }] = await once(sink, 'message');
  const options = {
    url: `http://127.0.0.1:${port}/api/1/envelope/`,
    sdk: { name: 'benchmark', version: '1' },
  };
  const clients = {
    undici: createHttpTransport(options),
    'node:http': createHttpTransport({ ...options, agent: new http.Agent({ keepAlive: true }) }),
  };
  const samples = Object.fromEntries(Object.keys(clients).map(name => [name, []]));
  const body = Buffer.alloc(BODY_BYTES, 'x');
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, transport] of Object.entries(clients)) {
      const before = process.cpuUsage();
      for (let sent = 0; sent < REQUESTS; sent += 4) {
        await Promise.all(Array.from({ length: 4 }, () => transport.send(body, 10_000)));
        await pause(2);
      }
      const { user, system } = process.cpuUsage(before);
      // The first round warms up.
      if (round > 0) samples[name].push((user + system) / REQUESTS);
    }
  }
  for (const transport of Object.values(clients)) transport.close();
  sink.disconnect();
  return Object.fromEntries(
    Object.entries(samples).map(([name, list]) => [name, list.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]]),
  );
}
