// Runs real instrumentations on the packed project and real servers. Needs a build. Each folder with a package.json here
// is one line of instrumentations; the tests in `cases` say what Sentry shows of each of them.
//
// `node run.mjs` runs everything, `node run.mjs pg amqplib` only those files of `cases`. What needs a server that is not
// installed is skipped, except in CI: `.ci/run` installs them on Debian.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { install, pack } from '../support/packed-project.mjs';
import { run, StepError } from '../support/step.mjs';
import { mariadb } from './servers/mariadb.mjs';
import { postgres } from './servers/postgres.mjs';
import { rabbitmq } from './servers/rabbitmq.mjs';
import { redis } from './servers/redis.mjs';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
const SERVERS = [mariadb, postgres, rabbitmq, redis];

/** Values of OTEL_SEMCONV_STABILITY_OPT_IN, where a line still heeds it. */
const CONVENTIONS = { old: '', stable: 'http,database', both: 'http/dup,database/dup' };
const RUNS = [
  { line: 'train-220', conventions: 'old' },
  { line: 'train-220', conventions: 'stable' },
  { line: 'train-220', conventions: 'both' },
  { line: 'stable', conventions: 'stable' },
];

/** The line's packages sit above the tests, so that these find them. */
async function installLine(line, folder, tarball) {
  await install(join(here, line), folder, tarball);
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
    ...Array.from(lines, line => installLine(line, join(temporary, line), tarball)),
  ]);
  for (const each of RUNS) await runCases(each, join(temporary, each.line), addresses);
} catch (error) {
  console.error(error instanceof StepError ? error.message : error);
  process.exitCode = 1;
}
await Promise.all(started.map(server => server.stop()));
// When one step has failed, others may still be under way.
process.exit();
