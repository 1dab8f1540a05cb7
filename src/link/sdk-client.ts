import { guard } from '../otel/diagnostics.js';
import { ask, isRecord, recordOf, type UnknownRecord } from './unknown-record.js';

/**
 * The client of a Sentry SDK, as far as versions 8 to 11 agree on it.
 * https://github.com/getsentry/sentry-javascript/blob/develop/packages/core/src/client.ts
 */
export class SdkClient {
  readonly #client: UnknownRecord;

  constructor(client: unknown) {
    this.#client = recordOf(client);
  }

  /** Calls `listener` at a hook of the SDK. Versions that do not have the hook never call it; nothing it throws reaches them. */
  on(hook: string, listener: (subject: UnknownRecord) => void): void {
    ask(this.#client, 'on', hook, (subject: unknown) => {
      if (isRecord(subject)) guard(`linking at ${hook}`, undefined, () => listener(subject));
    });
  }

  /** Of `Sentry.init()`, with what the SDK read from environment variables. */
  get options(): UnknownRecord {
    return recordOf(ask(this.#client, 'getOptions'));
  }

  /** Of its DSN; absent without one. */
  get publicKey(): string | undefined {
    const { publicKey } = recordOf(ask(this.#client, 'getDsn'));
    return typeof publicKey === 'string' ? publicKey : undefined;
  }

  /** Absent when the SDK does not say. */
  get majorVersion(): number | undefined {
    const { version } = recordOf(recordOf(ask(this.#client, 'getSdkMetadata'))['sdk']);
    const major = typeof version === 'string' ? Number.parseInt(version, 10) : Number.NaN;
    return Number.isNaN(major) ? undefined : major;
  }

  /** What sends its envelopes; absent without a DSN. */
  get transport(): UnknownRecord | undefined {
    const transport = ask(this.#client, 'getTransport');
    return isRecord(transport) ? transport : undefined;
  }

  hasIntegration(name: string): boolean {
    return isRecord(ask(this.#client, 'getIntegrationByName', name));
  }
}
