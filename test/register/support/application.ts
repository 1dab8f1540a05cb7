import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../../support/build-package.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SCOPE = '@opentelemetry';
const RUN_TIMEOUT_MILLIS = 20_000;

export const PACKAGE = 'otel-sentry-bridge';
export const BUILD_TIMEOUT_MILLIS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when this has been printed to stdout. */
  printed(text: string): Promise<void>;
  /** Everything printed to stdout so far. */
  output(): string;
  readonly ended: Promise<Ended>;
}

/** Both builds of the present sources, made once for all folders. */
export class Build {
  readonly path = mkdtempSync(join(tmpdir(), `${PACKAGE}-build-`));

  constructor() {
    buildPackage(this.path);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A folder with an application that has installed the package, and what else it is said to have. */
export class Application {
  readonly path = mkdtempSync(join(tmpdir(), `${PACKAGE}-application-`));

  /** `opentelemetry`: packages of that scope; default all that are installed here, less those that trace sockets. */
  constructor(
    build: Build,
    opentelemetry: readonly string[] = readdirSync(join(ROOT, 'node_modules', SCOPE)).filter(
      name => !/^instrumentation-(dns|net)$/.test(name),
    ),
  ) {
    const modules = join(this.path, 'node_modules');
    mkdirSync(join(modules, SCOPE), { recursive: true });
    cpSync(build.path, join(modules, PACKAGE), { recursive: true });
    for (const name of opentelemetry)
      symlinkSync(join(ROOT, 'node_modules', SCOPE, name), join(modules, SCOPE, name));
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (!name.startsWith('.') && name !== SCOPE && !existsSync(join(modules, name))) {
        symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
      }
    }
  }

  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  start(args: readonly string[], env: Readonly<Record<string, string>>, cwd = this.path): Running {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_TIMEOUT_MILLIS,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return {
      child,
      ended,
      output: () => stdout,
      async printed(text) {
        while (!stdout.includes(text)) await once(child.stdout, 'data');
      },
    };
  }

  run(args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string): Promise<Ended> {
    return this.start(args, env, cwd).ended;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
