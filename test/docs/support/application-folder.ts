import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildPackage } from '../../support/build-package.js';
import { ROOT } from './documents.js';

const SCOPE = '@opentelemetry';
const PACKAGE = 'otel-sentry-bridge';

/** Packages the documents use that are not installed here, in as many lines as it takes to notice how they are used. */
const STAND_INS: Readonly<Record<string, string>> = {
  '@sentry/node': `
    const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
    exports.SentryContextManager = class SentryContextManager extends AsyncLocalStorageContextManager {};
    exports.openTelemetryIntegration = () => ({ setup: () => undefined, afterAllSetup: () => undefined });
    exports.getOtlpTracesEndpoint = dsn => ({ url: new URL('/otlp', dsn).href, headers: {} });
    exports.init = ({ integrations }) => {
      const client = { on: () => undefined, getOptions: () => ({}), getTransport: () => undefined };
      for (const integration of integrations) integration.setup(client);
      for (const integration of integrations) integration.afterAllSetup(client);
    };
  `,
  '@opentelemetry/sdk-node': `
    const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
    const { registerInstrumentations } = require('@opentelemetry/instrumentation');
    exports.NodeSDK = class NodeSDK {
      constructor({ sampler, spanProcessors, textMapPropagator, instrumentations }) {
        this.provider = new NodeTracerProvider({ sampler, spanProcessors });
        this.propagator = textMapPropagator;
        this.instrumentations = instrumentations;
      }
      start() {
        this.provider.register({ propagator: this.propagator });
        registerInstrumentations({ instrumentations: this.instrumentations });
      }
      shutdown() {
        return this.provider.shutdown();
      }
    };
  `,
  '@opentelemetry/exporter-trace-otlp-http': `
    exports.OTLPTraceExporter = class OTLPTraceExporter {
      export(spans, callback) {
        process.send({ exported: spans.map(span => span.name) });
        callback({ code: 0 });
      }
      async shutdown() {}
    };
  `,
};

/**
 * A folder in which applications run as if they had installed the package: built from the present sources, whatever
 * the state of `dist`, with this project's dependencies beside it.
 */
export class ApplicationFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-docs-'));

  constructor() {
    this.#linkDependencies();
    buildPackage(join(this.path, 'node_modules', PACKAGE));
    for (const [name, code] of Object.entries(STAND_INS)) this.#addStandIn(name, code);
  }

  write(name: string, text: string): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #linkDependencies(): void {
    const modules = join(ROOT, 'node_modules');
    const scope = join(this.path, 'node_modules', SCOPE);
    mkdirSync(scope, { recursive: true });
    for (const name of readdirSync(modules)) {
      if (!name.startsWith('.') && name !== SCOPE && name !== PACKAGE) {
        symlinkSync(join(modules, name), join(this.path, 'node_modules', name));
      }
    }
    for (const name of readdirSync(join(modules, SCOPE))) {
      if (!(`${SCOPE}/${name}` in STAND_INS)) symlinkSync(join(modules, SCOPE, name), join(scope, name));
    }
  }

  #addStandIn(name: string, code: string): void {
    this.write(`node_modules/${name}/package.json`, JSON.stringify({ name }));
    this.write(`node_modules/${name}/index.js`, code);
  }
}
