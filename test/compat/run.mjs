// Checks the packed project against the OpenTelemetry lines it promises: types and behaviour, ESM and CommonJS.
// Needs a build. Each folder with a package.json here is one line.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const STEP_TIMEOUT_MILLIS = 120_000;

class StepError extends Error {}

/** Runs a command quietly; its output matters only if it fails. */
function run(cwd, command, ...args) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_TIMEOUT_MILLIS,
    shell: command === npm && process.platform === 'win32',
  });
  if (status === 0) return stdout;
  const reason = error?.message ?? (signal === null ? `exit code ${status}` : `signal ${signal}`);
  throw new StepError(`${[command, ...args].join(' ')}: ${reason}\n${stdout ?? ''}${stderr ?? ''}`);
}

function pack(folder) {
  const output = run(root, npm, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  const [{ filename }] = JSON.parse(output);
  return join(folder, filename);
}

/** The line's packages sit above its files and the shared ones, so that both find them. */
function install(line, folder, tarball) {
  mkdirSync(folder);
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(here, line, file), join(folder, file));
  run(folder, npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  run(folder, npm, 'install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', tarball);
  for (const name of [line, 'support']) {
    cpSync(join(here, name), join(folder, name), {
      recursive: true,
      filter: path => !path.includes('node_modules') && !path.endsWith('package.json'),
    });
  }
}

function check(line, folder) {
  const files = join(folder, line);
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  const projects = readdirSync(files).filter(name => /^tsconfig.*\.json$/.test(name));
  for (const project of projects) run(files, process.execPath, tsc, '-p', project);
  for (const smoke of ['smoke.mjs', 'smoke.cjs']) run(files, process.execPath, smoke);
  return run(files, process.execPath, tsc, '--version').trim();
}

const temporary = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-compat-'));
try {
  const tarball = pack(temporary);
  const lines = readdirSync(here).filter(name => existsSync(join(here, name, 'package.json')));
  for (const line of lines) {
    const startedAt = Date.now();
    const folder = join(temporary, line);
    install(line, folder, tarball);
    const compiler = check(line, folder);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    console.log(
      `${line}: types with TypeScript ${compiler.replace('Version ', '')}, ESM and CommonJS pass (${seconds} s)`,
    );
  }
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
