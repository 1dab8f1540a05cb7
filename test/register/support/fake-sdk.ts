import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import * as resources from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { FakePackage } from './fake-packages.js';

/** What an application that installed the 2.x line has: the real thing. */
export const SDK_2: Readonly<Record<string, FakePackage>> = {
  '@opentelemetry/api': { version: '1.9.1', exports: api },
  '@opentelemetry/sdk-trace-node': { version: '2.12.0', exports: { NodeTracerProvider } },
  '@opentelemetry/context-async-hooks': { version: '2.12.0', exports: { AsyncLocalStorageContextManager } },
  '@opentelemetry/resources': { version: '2.12.1', exports: resources },
};

/** The same in the shape of the 3.x line. */
export const SDK_3: Readonly<Record<string, FakePackage>> = {
  '@opentelemetry/api': { version: '1.10.0', exports: api },
  '@opentelemetry/sdk-trace': { version: '3.1.1', exports: { TracerProvider: NodeTracerProvider } },
  '@opentelemetry/context-async-hooks': { version: '3.1.1', exports: { AsyncLocalStorageContextManager } },
  '@opentelemetry/resources': { version: '3.1.1', exports: resources },
};

/** An instrumentation that remembers what was done with it. */
export class FakeInstrumentation {
  provider: unknown;

  setTracerProvider(provider: unknown): void {
    this.provider = provider;
  }

  enable(): void {
    // Enabled by its constructor, as real ones are.
  }

  disable(): void {
    // Nothing to undo.
  }
}
