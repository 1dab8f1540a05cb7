import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const START_TIMEOUT_MILLIS = 30_000;
const STOP_TIMEOUT_MILLIS = 8_000;

/** The processes of the demo. None of them outlives it, however it ends. */
export class Children {
  #running = new Set();

  constructor() {
    process.once('exit', () => this.#kill());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  }

  /**
   * Starts a process of this folder; resolves once it has announced its address.
   *
   * @param {string} script
   * @param {{ execArgv?: string[], env?: Record<string, string | undefined> }} [options]
   */
  async start(script, { execArgv = [], env = {} } = {}) {
    const child = fork(script, [], {
      cwd: new URL('..', import.meta.url),
      execArgv,
      env: { ...inheritedEnvironment(), ...env },
    });
    this.#running.add(child);
    const exit = once(child, 'exit').then(([code, signal]) => {
      this.#running.delete(child);
      return { code, signal };
    });
    const address = await Promise.race([
      once(child, 'message').then(([message]) => message.address),
      exit.then(({ code, signal }) => fail(`${script} ended with ${signal ?? code} before it was ready`)),
      delay(START_TIMEOUT_MILLIS, undefined, { ref: false }).then(() =>
        fail(`${script} was not ready in time`),
      ),
    ]);
    return { address, ended: exit, stop: () => stop(child, exit) };
  }

  #kill() {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}

/** Asks a process to stop; resolves with how it ended and how long it took. */
async function stop(child, exit) {
  const began = performance.now();
  child.kill('SIGTERM');
  const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MILLIS);
  const ending = await exit;
  clearTimeout(overdue);
  return { ...ending, millis: Math.round(performance.now() - began) };
}

/** What is set in the shell for other programs does not change what the demo shows. */
function inheritedEnvironment() {
  const isForeign = name => /^(?:SENTRY|OTEL)_|^NODE_OPTIONS$/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)));
}

function fail(message) {
  throw new Error(message);
}
