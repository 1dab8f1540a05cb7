import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ApplicationFolder } from './application-folder.js';

/** Tells the parent process which port a server got that had asked for any. */
const REPORT_PORT = `
import net from 'node:net';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...args) {
  this.once('listening', () => process.send?.({ port: this.address().port }));
  return listen.apply(this, args);
};
`;

const HOOK = 'report-port.mjs';

/** A process that runs what a document says, on a port nobody else has. */
export class RunningApplication {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = '';
  readonly #messages: object[] = [];
  #notify: () => void = () => undefined;

  /** @param command as it stands in the document, beginning with `node` */
  constructor(folder: ApplicationFolder, command: string, env: Readonly<Record<string, string>>) {
    const [program, ...args] = command.trim().split(/\s+/);
    if (program !== 'node') throw new Error(`cannot run ${command}`);
    folder.write(HOOK, REPORT_PORT);
    this.#child = spawn(process.execPath, args, {
      cwd: folder.path,
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        NODE_OPTIONS: `--import ${pathToFileURL(join(folder.path, HOOK)).href}`,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    this.#child.on('message', message => {
      if (typeof message === 'object') this.#messages.push(message);
      this.#notify();
    });
    this.#child.on('exit', () => this.#notify());
    this.#exit = once(this.#child, 'close');
  }

  /** Everything printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Names of the spans that another exporter got. */
  get exported(): string[] {
    return this.#messages.flatMap(message =>
      'exported' in message && Array.isArray(message.exported) ? message.exported.map(String) : [],
    );
  }

  /** The port of its server, once there is one. */
  async port(): Promise<number> {
    for (;;) {
      for (const message of this.#messages) {
        if ('port' in message && typeof message.port === 'number') return message.port;
      }
      if (this.#child.exitCode !== null) throw new Error(`it ended:\n${this.#output}`);
      await new Promise<void>(resolve => (this.#notify = resolve));
    }
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const outgoing = request({ port: await this.port(), path, headers, agent: false });
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    let body = '';
    for await (const chunk of response) body += String(chunk);
    return body;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for its end; resolves with the exit code. */
  async ended(): Promise<number | null> {
    await this.#exit;
    return this.#child.exitCode;
  }

  /** Ends it whatever it is doing. */
  async destroy(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
