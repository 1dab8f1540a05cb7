// Runs real instrumentations on the packed project and real servers. Needs a build. Each folder with a package.json here
// is one line of instrumentations; the tests in `cases` say what Sentry shows of each of them.
//
// `node run.mjs` runs everything, `node run.mjs pg amqplib` only those files of `cases`. What needs a server that is not
// installed is skipped, except in CI: `.ci/run` installs them on Debian.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mariadb } from './servers/mariadb.mjs';
import { postgres } from './servers/postgres.mjs';
import { rabbitmq } from './servers/rabbitmq.mjs';
import { redis } from './servers/redis.mjs';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
const STEP_TIMEOUT_MILLIS = 120_000;
const SERVERS = [mariadb, postgres, rabbitmq, redis];

/** Values of OTEL_SEMCONV_STABILITY_OPT_IN, where a line still heeds it. */
const CONVENTIONS = { old: '', stable: 'http,database', both: 'http/dup,database/dup' };
const RUNS = [
  { line: 'train-220', conventions: 'old' },
  { line: 'train-220', conventions: 'stable' },
  { line: 'train-220', conventions: 'both' },
  { line: 'stable', conventions: 'stable' },
];

class StepError extends Error {}

/** Resolves with what was printed; `shows` prints it at once instead. */
async function run(cwd, command, args, { env = process.env, shows = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', shows ? 'inherit' : 'pipe', shows ? 'inherit' : 'pipe'],
    timeout: STEP_TIMEOUT_MILLIS,
    killSignal: 'SIGKILL',
    shell: command === npm && process.platform === 'win32',
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name]?.setEncoding('utf8').on('data', text => (output[name] += text));
  const [code, signal] = await once(child, 'close');
  if (code === 0) return output.stdout;
  throw new StepError(`${[command, ...args].join(' ')}: ${signal ?? code}\n${output.stdout}${output.stderr}`);
}

async function pack(folder) {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(await run(root, npm, args));
  return join(folder, filename);
}

/** The line's packages sit above the tests, so that these find them. */
async function install(line, folder, tarball) {
  mkdirSync(folder);
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(here, line, file), join(folder, file));
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await run(folder, npm, ['ci', ...quietly]);
  await run(folder, npm, ['install', '--no-save', ...quietly, tarball]);
  for (const name of ['cases', 'support']) cpSync(join(here, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'line'));
  cpSync(join(here, line, 'instrumentations.mjs'), join(folder, 'line/instrumentations.mjs'));
}

/** Starts the servers of this machine: their addresses, by the names of environment variables. */
async function startServers(started) {
  const addresses = {};
  const start = async server => {
    const missing = server.missing();
    if (missing === undefined) {
      const handle = await server.start();
      started.push(handle);
      addresses[server.variable] = handle.address;
    } else if (process.env.CI === 'true') {
      throw new StepError(`${missing} is not installed, and CI skips no tests.`);
    } else {
      console.log(`${missing} is not installed: the tests of ${server.name} are skipped.`);
    }
  };
  await Promise.all(SERVERS.map(start));
  return addresses;
}

/** One line under one choice of conventions: a process, because instrumentations choose when they are loaded. */
async function runCases({ line, conventions }, folder, addresses) {
  console.log(`\n=== ${line}, ${conventions} conventions ===`);
  const env = {
    PATH: process.env.PATH,
    LINE: line,
    CONVENTIONS: conventions,
    OTEL_SEMCONV_STABILITY_OPT_IN: CONVENTIONS[conventions],
    ...addresses,
  };
  const args = [
    mocha,
    '--no-config',
    '--forbid-only',
    '--timeout',
    '20000',
    '--require',
    './support/application.mjs',
  ];
  try {
    await run(folder, process.execPath, [...args, ...chosenFiles()], { env, shows: true });
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.exitCode = 1;
  }
}

function chosenFiles() {
  const chosen = process.argv.slice(2);
  const names = chosen.length > 0 ? chosen.map(name => `${name}.test.mjs`) : readdirSync(join(here, 'cases'));
  return names.map(name => join('cases', name));
}

const temporary = mkdtempSync(join(tmpdir(), 'instrumentations-'));
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
const started = [];
try {
  const tarball = await pack(temporary);
  const lines = new Set(RUNS.map(({ line }) => line));
  const [addresses] = await Promise.all([
    startServers(started),
    ...Array.from(lines, line => install(line, join(temporary, line), tarball)),
  ]);
  for (const each of RUNS) await runCases(each, join(temporary, each.line), addresses);
} catch (error) {
  console.error(error instanceof StepError ? error.message : error);
  process.exitCode = 1;
}
await Promise.all(started.map(server => server.stop()));
// When one step has failed, others may still be under way.
process.exit();
