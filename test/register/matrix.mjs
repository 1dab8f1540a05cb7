// Starts small applications with `otel-sentry-bridge/register` on several versions of Node and both lines of
// OpenTelemetry, and prints what is recorded. Downloads Node and packages into a cache; not part of `npm test`.
//
//   node test/register/matrix.mjs [node version ...]
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const { dependencies: DEPENDENCIES } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const CACHE = join(tmpdir(), 'otel-sentry-bridge-matrix');
const RUN_TIMEOUT_MILLIS = 30_000;
const NODE_VERSIONS = ['20.19.0', '22.15.0', '22.23.3', '24.21.0', '26.10.0'];

const LINES = {
  2.12: {
    api: '1.9.1',
    'sdk-trace-node': '2.12.0',
    'instrumentation-http': '0.223.0',
    'instrumentation-undici': '0.33.0',
  },
  3.1: {
    api: '1.10.0',
    'sdk-trace': '3.1.1',
    'context-async-hooks': '3.1.1',
    'instrumentation-http': '0.301.0',
    'instrumentation-undici': '0.34.0',
  },
  '2.12 auto': { api: '1.9.1', 'sdk-trace-node': '2.12.0', 'auto-instrumentations-node': '0.81.2' },
  '3.1 auto': {
    api: '1.10.0',
    'sdk-trace': '3.1.1',
    'context-async-hooks': '3.1.1',
    'auto-instrumentations-node': '0.82.0',
  },
};

const BODY = `
const server = createServer(async (request, response) => {
  if (request.url !== '/outer') return response.end();
  await (await fetch(base + '/fetched')).text();
  get(base + '/got', got => got.resume().on('end', () => response.end()));
});
let base;
server.listen(0, '127.0.0.1', () => {
  base = 'http://127.0.0.1:' + server.address().port;
  get(base + '/outer', { agent: false }, outer => outer.resume().on('end', () => {
    server.close();
    server.closeAllConnections();
  }));
});
`;
const APPLICATIONS = {
  'app.mjs': `import { createServer, get } from 'node:http';${BODY}`,
  'app.cjs': `const { createServer, get } = require('node:http');${BODY}`,
};

const npm = (cwd, ...args) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function fetchNode(version) {
  const folder = join(CACHE, `node-${version}`);
  const binary = join(folder, 'package/bin/node');
  if (!existsSync(binary)) {
    const partial = mkdtempSync(join(CACHE, 'partial-'));
    const name = `node-${process.platform}-${process.arch}@${version}`;
    const tarball = npm(partial, 'pack', name, '--silent').trim();
    execFileSync('tar', ['xzf', tarball, 'package/bin/node'], { cwd: partial });
    rmSync(join(partial, tarball));
    renameSync(partial, folder);
  }
  return binary;
}

function installLine(line) {
  const folder = join(CACHE, `line-${line.replace(' ', '-')}`);
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const packages = Object.entries(LINES[line]).map(
      ([name, version]) => `@opentelemetry/${name}@${version}`,
    );
    npm(folder, 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages);
  }
  for (const [name, code] of Object.entries(APPLICATIONS)) writeFileSync(join(folder, name), code);
  return folder;
}

/** The build as others install it: in a folder of its own, so that packages are the application's. */
function installBridge(folder) {
  const target = join(folder, 'node_modules/otel-sentry-bridge');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const name of ['dist', 'package.json']) execFileSync('cp', ['-r', join(ROOT, name), target]);
  for (const name of Object.keys(DEPENDENCIES)) {
    const link = join(folder, 'node_modules', name);
    if (!existsSync(link)) symlinkSync(join(ROOT, 'node_modules', name), link);
  }
}

/** Collects the operations of all transactions and spans, by the transaction they are in. */
async function startReceiver() {
  const received = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    for (const line of Buffer.concat(chunks).toString().split('\n').filter(Boolean)) {
      const event = JSON.parse(line);
      if (event.type === 'transaction' && event.spans !== undefined) received.push(event);
    }
    response.end('{}');
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return { received, dsn: `http://key@127.0.0.1:${port}/1`, close: () => server.close() };
}

async function run(binary, folder, flag, application) {
  const receiver = await startReceiver();
  const child = spawn(binary, [flag, 'otel-sentry-bridge/register', application], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      SENTRY_DSN: receiver.dsn,
      SENTRY_TRACES_SAMPLE_RATE: '1',
      SENTRY_DEBUG: '1',
      OTEL_LOG_LEVEL: 'warn',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
    timeout: RUN_TIMEOUT_MILLIS,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
  const code = await new Promise(resolve => child.on('exit', (status, signal) => resolve(signal ?? status)));
  receiver.close();
  return { code, stderr, ...judge(receiver.received) };
}

/** The server's span must hold both outgoing requests, and be in one trace with all others. */
function judge(transactions) {
  const outer = transactions.find(({ transaction }) => transaction === 'GET /outer' && transaction);
  const servers = transactions.filter(({ contexts }) => contexts.trace.op === 'http.server');
  const children = servers.flatMap(({ spans }) => spans.map(({ origin }) => origin));
  const traces = new Set(transactions.map(({ contexts }) => contexts.trace.trace_id));
  return {
    http: outer !== undefined && children.some(origin => origin.endsWith('http')),
    undici: children.some(origin => origin.endsWith('node_fetch')),
    traces: traces.size,
  };
}

/** What is wrong with a run, in words; empty if nothing is. */
function problemsOf({ code, stderr, http, undici, traces }) {
  const other = stderr
    .split('\n')
    .filter(
      line =>
        line !== '' &&
        !/^(\[otel-sentry-bridge\]|otel-sentry-bridge\/register:) (started|transaction)/.test(line),
    );
  return [
    ...(code === 0 ? [] : [`exit ${code}`]),
    ...(http ? [] : ['no http']),
    ...(undici ? [] : ['no undici']),
    ...(traces === 1 ? [] : [`${traces} traces`]),
    ...other,
  ];
}

const STARTS = ['--import', '--require'].flatMap(flag =>
  Object.keys(APPLICATIONS).map(application => ({ flag, application })),
);
const rowOf = cells => console.log(`| ${cells.join(' | ')} |`);

mkdirSync(CACHE, { recursive: true });
const versions = process.argv.length > 2 ? process.argv.slice(2) : NODE_VERSIONS;
const header = [
  'Node',
  'OpenTelemetry',
  'hook',
  ...STARTS.map(({ flag, application }) => `${flag} ${application}`),
];
rowOf(header);
rowOf(header.map(() => '---'));
for (const line of Object.keys(LINES)) {
  const folder = installLine(line);
  installBridge(folder);
  for (const version of versions) {
    const binary = fetchNode(version);
    const hooks = new Set();
    const cells = [];
    for (const { flag, application } of STARTS) {
      const result = await run(binary, folder, flag, application);
      const problems = problemsOf(result);
      hooks.add(/loader hook: (\w+)/.exec(result.stderr)?.[1] ?? 'unknown');
      cells.push(problems.length === 0 ? 'http, undici' : `**${problems.join(' / ')}**`);
      if (problems.length > 0) process.exitCode = 1;
    }
    rowOf([version, line, [...hooks].join(' '), ...cells]);
  }
}
