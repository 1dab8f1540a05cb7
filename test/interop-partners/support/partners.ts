import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { requestThrough, type Call, type Hop } from './chain.js';
import { Ingest } from './ingest.js';
import { Service } from './service.js';
import { skipOrFail } from '../../support/skip-or-fail.js';

/** Debian's, which has the packages of Debian. */
const PYTHON = '/usr/bin/python3';

/** Where the partners are installed, and their services are. */
export const FOLDER = process.env['PARTNERS_FOLDER'] ?? '';

/** How an SDK is asked to sample; `undecided` leaves decisions to others. */
export type Sampling = 'all' | 'none' | 'undecided';

/** A service a request goes through. */
export type Stop = readonly [Partner, Sampling];

export interface Partner {
  readonly title: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** In the SDK's spelling. */
  readonly rateOption: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly isBridge?: boolean;
}

function node(script: string): readonly string[] {
  return [process.execPath, join(FOLDER, 'services', script)];
}

function sentryNode(
  title: string,
  packageName: string,
  options: Readonly<Record<string, unknown>> = {},
): Partner {
  return {
    title,
    command: node('sentry-node.cjs'),
    env: { PACKAGE: packageName },
    rateOption: 'tracesSampleRate',
    options,
  };
}

export const BRIDGE: Partner = {
  title: 'the bridge',
  command: node('bridge.cjs'),
  env: { BROWSER_BUNDLE: join(FOLDER, 'browser-bundle.js') },
  rateOption: 'tracesSampleRate',
  isBridge: true,
};
export const OTHER_BRIDGE: Partner = { ...BRIDGE, title: 'another bridge' };
export const SENTRY_NODE_11_STREAM = sentryNode('@sentry/node 11, spans streamed', 'sentry-node-11', {
  traceLifecycle: 'stream',
});
export const SENTRY_NODE_11_STATIC = sentryNode('@sentry/node 11, transactions', 'sentry-node-11', {
  traceLifecycle: 'static',
});
export const SENTRY_NODE_10 = sentryNode('@sentry/node 10', 'sentry-node-10');
export const SENTRY_PYTHON: Partner = {
  title: 'sentry-python',
  command: [PYTHON, join(FOLDER, 'services/sentry_python.py')],
  rateOption: 'traces_sample_rate',
};
export const OPEN_TELEMETRY: Partner = {
  title: 'OpenTelemetry',
  command: node('open-telemetry.cjs'),
  rateOption: 'unused',
};
export const ECHO: Partner = { title: 'echo', command: node('echo.cjs'), rateOption: 'unused' };

const RATES: Readonly<Record<Sampling, number | undefined>> = { all: 1, none: 0, undecided: undefined };

/** Services that are started when they are needed first, and where they report to. */
export class Partners {
  readonly ingest: Ingest;
  readonly #services = new Map<string, Promise<Service>>();

  static async start(): Promise<Partners> {
    return new Partners(await Ingest.start());
  }

  private constructor(ingest: Ingest) {
    this.ingest = ingest;
  }

  service(partner: Partner, sampling: Sampling = 'all'): Promise<Service> {
    const key = `${partner.title}, samples ${sampling}`;
    const service = this.#services.get(key) ?? this.#start(key, partner, sampling);
    this.#services.set(key, service);
    return service;
  }

  /** Sends a request through services, and from the last one to one that tells which headers it was asked with. */
  async send(stops: readonly Stop[], call?: Call): Promise<Hop[]> {
    const services = await Promise.all(stops.map(([partner, sampling]) => this.service(partner, sampling)));
    return requestThrough(services, await this.service(ECHO), call);
  }

  async close(): Promise<void> {
    for (const service of await Promise.allSettled(this.#services.values())) {
      if (service.status === 'fulfilled') service.value.kill();
    }
    this.ingest.close();
  }

  #start(title: string, partner: Partner, sampling: Sampling): Promise<Service> {
    const project = this.ingest.addProject();
    const options = {
      dsn: project.dsn,
      environment: 'interop',
      // Has to be encoded in baggage.
      release: `${partner.title} @1+2, "x"`,
      [partner.rateOption]: RATES[sampling],
      ...partner.options,
    };
    return Service.start({
      title,
      project,
      isBridge: partner.isBridge === true,
      command: partner.command,
      cwd: FOLDER,
      env: { ...partner.env, OPTIONS: JSON.stringify(options) },
    });
  }
}

/** A hook for tests that ask Sentry's SDK for Python, which only Debian packages are used of. */
export function needsPython(this: Mocha.Context): void {
  try {
    execFileSync(PYTHON, ['-c', 'import sentry_sdk'], { stdio: 'ignore' });
  } catch (error) {
    skipOrFail(this, `${PYTHON} has no sentry_sdk: apt-get install python3-sentry-sdk`, error);
  }
}
