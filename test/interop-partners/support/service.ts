import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Segment } from './segment.js';

const PATIENCE_MILLIS = 20_000;

export interface Project {
  readonly dsn: string;
  readonly publicKey: string;
  /** What has arrived so far. */
  readonly segments: readonly Segment[];
}

interface Message {
  readonly port?: number;
  readonly preflights?: readonly string[];
}

export interface ServiceInit {
  readonly title: string;
  readonly project: Project;
  /** Whether it is the project under test; others may differ in details. */
  readonly isBridge: boolean;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A partner that runs in a process of its own. */
export class Service {
  readonly title: string;
  readonly isBridge: boolean;
  readonly project: Project;
  url = '';
  /** What browsers have asked to be allowed to send. */
  preflights: readonly string[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #messages: AsyncIterator<string>;
  #errors = '';

  static async start(init: ServiceInit): Promise<Service> {
    const service = new Service(init);
    const { port } = await service.#nextMessage();
    service.url = `http://127.0.0.1:${port}`;
    return service;
  }

  private constructor({ title, project, isBridge, command: [program = '', ...args], cwd, env }: ServiceInit) {
    this.title = title;
    this.project = project;
    this.isBridge = isBridge;
    this.#process = spawn(program, args, { cwd, env: { PATH: process.env['PATH'], ...env } });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#process.stdin.on('error', () => undefined);
    this.#messages = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves when everything that has ended has been sent. */
  async flush(): Promise<void> {
    this.#process.stdin.write('flush\n');
    const { preflights } = await this.#nextMessage();
    this.preflights = preflights ?? [];
  }

  /** Segments of a trace. */
  segmentsOf(traceId: string): Segment[] {
    return this.project.segments.filter(segment => segment.traceId === traceId);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async #nextMessage(): Promise<Message> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.title} is silent\n${this.#errors}`)),
        PATIENCE_MILLIS,
      );
    });
    try {
      const { done, value } = await Promise.race([this.#messages.next(), tooLate]);
      if (done === true) throw new Error(`${this.title} has ended\n${this.#errors}`);
      return JSON.parse(value) as Message;
    } finally {
      clearTimeout(timer);
    }
  }
}
