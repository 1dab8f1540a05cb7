// Checks the packed project beside real Sentry SDKs. Needs a build. Each folder `sentry-*` is one version; each file of
// `scenarios` runs in a process of its own, and what has arrived is checked here.
//
// `node run.mjs` takes the versions in use, `node run.mjs 8 9` those, `node run.mjs all` every one.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, pack } from '../support/packed-project.mjs';
import { run, StepError } from '../support/step.mjs';

const here = import.meta.dirname;
const SCENARIO_TIMEOUT_MILLIS = 20_000;
const CURRENT_VERSIONS = ['10', '11'];
const KEYS = { bridge: 'a'.repeat(32), sdk: 'b'.repeat(32) };

/** The packages sit above what is run with them. */
async function installVersion(version, folder, tarball) {
  await install(join(here, version), folder, tarball);
  for (const name of ['support', 'scenarios', 'types'])
    cpSync(join(here, name), join(folder, name), { recursive: true });
}

async function runScenario(folder, file) {
  const require = createRequire(join(folder, 'package.json'));
  const { startReceiver } = require('./support/receiver.cjs');
  const { Received } = require('./support/received.cjs');
  const { check } = require(`./scenarios/${file}`);
  // Three hosts: requests to Sentry are special.
  const receivers = await Promise.all([KEYS.bridge, KEYS.sdk, undefined].map(startReceiver));
  const [bridge, sdk, service] = receivers;
  try {
    const env = {
      PATH: process.env.PATH,
      BRIDGE_DSN: bridge.dsn,
      SDK_DSN: sdk.dsn,
      SERVICE_URL: service.url,
    };
    const args = ['support/child.cjs', join(folder, 'scenarios', file)];
    const { stdout } = await run(folder, process.execPath, args, { env, timeout: SCENARIO_TIMEOUT_MILLIS });
    check(new Received(bridge, sdk, service), JSON.parse(stdout));
  } finally {
    for (const receiver of receivers) receiver.close();
  }
}

async function report(version, title, body) {
  try {
    await body();
    console.log(`ok      ${version}: ${title}`);
  } catch (error) {
    console.log(`FAILED  ${version}: ${title}`);
    console.error(error instanceof StepError ? error.message : error);
    process.exitCode = 1;
  }
}

async function runVersion(version, temporary, tarball) {
  const folder = join(temporary, version);
  await installVersion(version, folder, tarball);
  const require = createRequire(join(folder, 'package.json'));
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const name = `@sentry/node ${dependencies['@sentry/node']}`;
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  await report(name, 'the integration has the type that Sentry.init() takes', () =>
    run(join(folder, 'types'), process.execPath, [tsc, '-p', '.']),
  );
  for (const file of readdirSync(join(folder, 'scenarios'))) {
    const { title, minVersion = 0 } = require(`./scenarios/${file}`);
    const isMeant = Number.parseInt(dependencies['@sentry/node'], 10) >= minVersion;
    if (isMeant) await report(name, title, () => runScenario(folder, file));
  }
}

function chosenVersions() {
  const chosen = process.argv.slice(2);
  if (chosen.length === 0) return CURRENT_VERSIONS;
  const known = readdirSync(here).flatMap(name => (name.startsWith('sentry-') ? [name.slice(7)] : []));
  return known.filter(version => chosen.includes(version) || chosen.includes('all')).sort((a, b) => a - b);
}

const temporary = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-interop-'));
try {
  const tarball = await pack(temporary);
  for (const version of chosenVersions()) await runVersion(`sentry-${version}`, temporary, tarball);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
