import type { SentrySdkIntegration } from '../../../src/link.js';

export type Json = Record<string, unknown>;

/** What a Sentry SDK keeps as an envelope before it is printed. */
export type SdkEnvelope = [headers: Json, items: [headers: Json, payload: Json][]];

export interface FakeSdkSettings {
  /** Default `10.78.0`. */
  readonly version?: string;
  /** Of `Sentry.init()`. */
  readonly options?: Json;
  /** `null`: without a DSN. */
  readonly publicKey?: string | null;
  /** Names of the integrations that are installed beside ours. */
  readonly integrations?: readonly string[];
  /** What the SDK's scopes say the transaction is called. */
  readonly scopeTransaction?: string;
}

export const SDK_TRACE_ID = '5'.repeat(32);
export const SDK_KEY = 'b'.repeat(32);

/** The first versions that call these hooks. */
const HOOKS = { beforeCaptureLog: 9, processMetric: 10 };

/**
 * A client of a Sentry SDK that calls an integration as versions 8 to 11 do: hooks while the caller's context is
 * active, processors on a copy of the event, later, after the scopes have been applied.
 */
export class FakeSdk {
  readonly transportCalls: unknown[][] = [];
  readonly #settings: FakeSdkSettings;
  readonly #hooks = new Map<string, ((...args: unknown[]) => unknown)[]>();
  readonly #transport: Json = {
    send: (...args: unknown[]): unknown => {
      this.transportCalls.push(args);
      this.onSend?.();
      return Promise.resolve({ statusCode: 200 });
    },
  };
  #logs: Json[] = [];
  #metrics: Json[] = [];
  #integration: SentrySdkIntegration | undefined;
  onSend: (() => void) | undefined;

  constructor(settings: FakeSdkSettings = {}) {
    this.#settings = settings;
  }

  install(integration: SentrySdkIntegration): this {
    this.#integration = integration;
    integration.setup(this);
    this.on('preprocessEvent', (event, hint) => integration.preprocessEvent(event, hint, this));
    integration.afterAllSetup(this);
    return this;
  }

  on(hook: string, callback: (...args: unknown[]) => unknown): () => void {
    this.#hooks.set(hook, [...(this.#hooks.get(hook) ?? []), callback]);
    return () => undefined;
  }

  getOptions(): Json {
    return { skipOpenTelemetrySetup: true, ...this.#settings.options };
  }

  getDsn(): Json | undefined {
    const { publicKey = SDK_KEY } = this.#settings;
    return publicKey === null ? undefined : { publicKey, host: 'sdk.example', projectId: '7' };
  }

  getSdkMetadata(): Json {
    return { sdk: { name: 'sentry.javascript.node', version: this.#settings.version ?? '10.78.0' } };
  }

  getTransport(): Json | undefined {
    return this.#settings.publicKey === null ? undefined : this.#transport;
  }

  getIntegrationByName(name: string): Json | undefined {
    return this.#settings.integrations?.includes(name) === true ? { name } : undefined;
  }

  /** Resolves with the event and the headers of its envelope, as they would be sent. */
  async capture(event: Json): Promise<{ event: Json; trace: unknown }> {
    const hint = { event_id: 'e'.repeat(32) };
    const copied = { ...event };
    this.#emit('preprocessEvent', copied, hint);
    await Promise.resolve();
    const prepared: Json = { ...copied };
    const { scopeTransaction } = this.#settings;
    if (scopeTransaction !== undefined && prepared['type'] !== 'transaction')
      prepared['transaction'] = scopeTransaction;
    const processed = this.#integration?.processEvent(prepared, hint) ?? prepared;
    const { sdkProcessingMetadata, ...payload } = processed;
    const metadata = isJson(sdkProcessingMetadata) ? sdkProcessingMetadata : {};
    return { event: payload, trace: metadata['dynamicSamplingContext'] };
  }

  captureLog(body: string, attributes: Json = {}): void {
    const log = { level: 'info', message: body, attributes };
    this.#emitSince('beforeCaptureLog', log);
    this.#logs.push({ body, trace_id: SDK_TRACE_ID, attributes: serialise(log.attributes) });
  }

  captureMetric(name: string): void {
    const metric = { name, attributes: {} };
    this.#emitSince('processMetric', metric);
    this.#metrics.push({ name, trace_id: SDK_TRACE_ID, attributes: serialise(metric.attributes) });
  }

  captureCheckIn(slug: string): SdkEnvelope {
    const checkIn = { monitor_slug: slug, contexts: { trace: { trace_id: SDK_TRACE_ID } } };
    return this.send([{ trace: { trace_id: SDK_TRACE_ID } }, [[{ type: 'check_in' }, checkIn]]]);
  }

  /** The logs and metrics that have been captured, in the envelopes in which they would be sent. */
  flush(): { logs: Json[]; metrics: Json[] } {
    const [logs, metrics] = [this.#logs, this.#metrics];
    this.#logs = [];
    this.#metrics = [];
    this.send([{}, [[{ type: 'log', item_count: logs.length }, { items: logs }]]]);
    this.send([{}, [[{ type: 'trace_metric' }, { version: 2, items: metrics }]]]);
    return { logs, metrics };
  }

  send(envelope: SdkEnvelope): SdkEnvelope {
    this.#emit('beforeEnvelope', envelope);
    const { send } = this.#transport;
    if (typeof send === 'function') Reflect.apply(send, this.#transport, [envelope]);
    return envelope;
  }

  #emitSince(hook: keyof typeof HOOKS, subject: Json): void {
    const major = Number.parseInt(this.#settings.version ?? '10', 10);
    if (major >= HOOKS[hook]) this.#emit(hook, subject);
  }

  #emit(hook: string, ...args: unknown[]): void {
    for (const callback of this.#hooks.get(hook) ?? []) callback(...args);
  }
}

/** As the SDK prints attributes. */
function serialise(attributes: Json): Json {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, { value, type: typeof value }]),
  );
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
