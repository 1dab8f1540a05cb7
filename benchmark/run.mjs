// Measures everything, prints it, and writes results.md. Ratios can be compared between machines, times cannot.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { measureCalls } from './calls.mjs';
import { measure, SPANS } from './end-to-end.mjs';
import { measureClients } from './http-clients.mjs';

const require = createRequire(import.meta.url);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const REFERENCE = 'no-op processor';
const EXPORTER = 'OTLP/proto exporter';
const versionOf = name => `${name} ${require(`${name}/package.json`).version}`;
const lines = [];
const say = (line = '') => {
  lines.push(line);
  process.stdout.write(`${line}\n`);
};
const table = (head, rows) => {
  say(`| ${head.join(' | ')} |`);
  say(`|${head.map(() => ' --- |').join('')}`);
  for (const row of rows) say(`| ${row.join(' | ')} |`);
  say();
};
const fixed = (value, digits = 1) => value.toFixed(digits);

say('# Results');
say();
say(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${['otel-sentry-bridge', '@opentelemetry/sdk-trace-base', '@opentelemetry/exporter-trace-otlp-proto', 'undici'].map(versionOf).join(', ')}. Written by \`npm run bench\`; medians of ${ROUNDS} interleaved rounds. Compare ratios, not times.`,
);
say();
say('## A call');
say();
table(
  ['', 'without, ns', 'bridge, ns', 'ratio'],
  (await measureCalls()).map(([name, without, ours]) => [
    name,
    fixed(without, 0),
    fixed(ours, 0),
    fixed(ours / without, 2),
  ]),
);

say(`## A request of ${SPANS} spans, 400 per second, until all has arrived`);
say();
const paced = await measure('paced', ROUNDS);
const noop = paced.get(REFERENCE);
const exporter = paced.get(EXPORTER);
table(
  [
    '',
    'CPU per span, µs',
    `of ${EXPORTER}`,
    'start + end, µs',
    `of ${REFERENCE}`,
    'bytes per span',
    'requests',
    'peak, MB',
  ],
  [...paced].map(([name, figures]) => [
    name,
    fixed(figures.cpuMicrosPerSpan),
    fixed(figures.cpuMicrosPerSpan / exporter.cpuMicrosPerSpan, 2),
    fixed(figures.hotMicrosPerSpan),
    fixed(figures.hotMicrosPerSpan / noop.hotMicrosPerSpan, 2),
    figures.requests === 0 ? '–' : fixed(figures.bytes / 6000 / SPANS, 0),
    figures.requests,
    fixed(figures.peakMegabytes, 0),
  ]),
);

say('## A thousand requests that end in one turn');
say();
const burst = await measure('burst', 1);
table(
  ['', 'requests to the server'],
  [...burst].map(([name, { requests }]) => [name, requests]),
);

say('## Memory of 20,000 spans below 2,000 open roots');
say();
const open = await measure('open', Math.min(ROUNDS, 3));
table(
  ['', 'heap per span, bytes', 'kept after the flush, bytes'],
  [...open].map(([name, { bytesPerOpenSpan, bytesKeptPerSpan }]) => [
    name,
    fixed(bytesPerOpenSpan, 0),
    fixed(bytesKeptPerSpan, 0),
  ]),
);

say('## One HTTP request of 9,000 bytes');
say();
table(
  ['client', 'CPU, µs'],
  Object.entries(await measureClients()).map(([name, micros]) => [name, fixed(micros, 0)]),
);

writeFileSync(fileURLToPath(new URL('results.md', import.meta.url)), `${lines.join('\n').trimEnd()}\n`);
process.exit();
