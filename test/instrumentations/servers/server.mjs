import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_TIMEOUT_MILLIS = 60_000;
const STOP_TIMEOUT_MILLIS = 10_000;
const ATTEMPT_TIMEOUT_MILLIS = 1000;
const RETRY_MILLIS = 100;

const running = new Set();
const folders = new Set();

process.once('exit', () => {
  for (const server of running) server.kill();
  for (const folder of folders) removeFolder(folder);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

/** A folder for one server's data, configuration and log, removed when it stops, or with this process. */
export function makeFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `instrumentations-${name}-`));
  folders.add(folder);
  return folder;
}

function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.delete(folder);
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A server program of this machine, in a process group and a folder of its own. Nothing of it outlives this process. */
export class Server {
  #name;
  #folder;
  #child;
  #exit;

  /** Runs `command`; `env` replaces the environment. */
  constructor(name, folder, command, args, env = process.env) {
    this.#name = name;
    this.#folder = folder;
    const log = openSync(this.#logPath, 'w');
    this.#child = spawn(command, args, { cwd: folder, env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    running.add(this);
    this.#exit = Promise.race([
      once(this.#child, 'exit').then(([code, signal]) => `ended with ${signal ?? code}`),
      once(this.#child, 'error').then(([error]) => error.message),
    ]).finally(() => running.delete(this));
  }

  get #logPath() {
    return join(this.#folder, 'server.log');
  }

  /** Resolves once it says something on this port, after `hello` if it does not speak first. */
  async answers(port, hello) {
    const givenUp = new AbortController();
    const problem = this.#exit.then(ending => fail(ending));
    const timeout = delay(START_TIMEOUT_MILLIS, undefined, { signal: givenUp.signal }).then(() =>
      fail(`did not answer in ${START_TIMEOUT_MILLIS / 1000} s`),
    );
    timeout.catch(() => undefined);
    try {
      await Promise.race([answered(port, hello, givenUp.signal), problem, timeout]);
    } catch (error) {
      const log = readFileSync(this.#logPath, 'utf8');
      await this.stop();
      throw new Error(`${this.#name} ${error.message}\n${log}`, { cause: error });
    } finally {
      givenUp.abort();
    }
  }

  async stop() {
    this.#signal('SIGTERM');
    await Promise.race([this.#exit, delay(STOP_TIMEOUT_MILLIS, undefined, { ref: false })]);
    this.kill();
  }

  /** At once, helpers included. */
  kill() {
    this.#signal('SIGKILL');
    removeFolder(this.#folder);
  }

  #signal(signal) {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

async function answered(port, hello, signal) {
  while (!signal.aborted) {
    if (await answers(port, hello)) return;
    await delay(RETRY_MILLIS, undefined, { signal }).catch(() => undefined);
  }
}

function answers(port, hello) {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ATTEMPT_TIMEOUT_MILLIS });
    const done = answer => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => done(true));
    for (const event of ['error', 'timeout', 'end']) socket.once(event, () => done(false));
    if (hello !== undefined) socket.write(hello);
  });
}

function fail(reason) {
  throw new Error(reason);
}
