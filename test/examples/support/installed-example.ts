import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PACKAGE = 'otel-sentry-bridge';
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const QUIETLY = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
const INSTALL_TIMEOUT_MILLIS = 240_000;

/** For the hook that installs an example. */
export const EXAMPLE_TIMEOUT_MILLIS = 2 * INSTALL_TIMEOUT_MILLIS;

/**
 * An example as somebody has it who has copied its folder and run `npm install`, with the packed project in place of
 * the published one. Lock files say which versions of everything else.
 */
export class InstalledExample {
  readonly path = mkdtempSync(join(tmpdir(), `${PACKAGE}-example-`));
  readonly #running = new Set<RunningExample>();

  static async install(name: string): Promise<InstalledExample> {
    const example = new InstalledExample();
    try {
      cpSync(join(ROOT, 'examples', name), example.path, {
        recursive: true,
        filter: path => !path.includes('node_modules'),
      });
      await example.npm('install', '--no-save', ...QUIETLY, await pack(example.path));
      return example;
    } catch (error) {
      example.#delete();
      throw error;
    }
  }

  /** Runs a command of npm to its end; resolves with what it prints. */
  async npm(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(NPM, args, {
      cwd: this.path,
      timeout: INSTALL_TIMEOUT_MILLIS,
      shell: process.platform === 'win32',
    });
    return stdout;
  }

  /** Starts a script of its package.json as npm does, but without a process in between, so that signals arrive. */
  start(script: string, env: Readonly<Record<string, string>>): RunningExample {
    const [command, ...args] = this.#commandOf(script);
    if (command !== 'node') throw new Error(`"${script}" is started with ${String(command)}`);
    const running = new RunningExample(
      spawn(process.execPath, args, {
        cwd: this.path,
        env: { PATH: process.env['PATH'], PORT: '0', ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    this.#running.add(running);
    return running;
  }

  /** Ends every process that is still there. */
  async endAll(): Promise<void> {
    for (const running of this.#running) await running.kill();
    this.#running.clear();
  }

  async remove(): Promise<void> {
    await this.endAll();
    this.#delete();
  }

  #commandOf(script: string): string[] {
    const manifest: unknown = JSON.parse(readFileSync(join(this.path, 'package.json'), 'utf8'));
    const command: unknown = Reflect.get(Object(Reflect.get(Object(manifest), 'scripts')), script);
    return String(command).split(' ');
  }

  #delete(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A process of an example. */
export class RunningExample {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';
  #notify: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#notify();
      });
    this.#closed = once(child, 'close').then(() => this.#notify());
  }

  /** Everything printed so far. */
  get output(): string {
    return this.#output;
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** What `pattern` catches in the output, as soon as it is there. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match[1] ?? match[0];
      if (this.#hasEnded) throw new Error(`it has ended without ${String(pattern)}:\n${this.#output}`);
      await new Promise<void>(resolve => (this.#notify = resolve));
    }
  }

  /** Where its server listens. */
  origin(): Promise<string> {
    return this.printed(/listening on (\S+)/);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Tells it to stop; resolves with everything it has printed when it has ended by itself. */
  async stop(): Promise<string> {
    this.signal('SIGTERM');
    return this.ended();
  }

  /** Resolves with everything it has printed when it has ended by itself. */
  async ended(): Promise<string> {
    await this.#closed;
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== 0) throw new Error(`it ended with ${exitCode ?? signalCode}:\n${this.#output}`);
    return this.#output;
  }

  /** Ends it whatever it is doing. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#closed;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

async function pack(folder: string): Promise<string> {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)(NPM, args, {
    cwd: ROOT,
    timeout: INSTALL_TIMEOUT_MILLIS,
    shell: process.platform === 'win32',
  });
  const [packed]: unknown[] = JSON.parse(stdout);
  return join(folder, String(Reflect.get(Object(packed), 'filename')));
}
