import type { JsonObject, JsonValue } from '../protocol/transaction.js';

type Contexts = Record<string, JsonObject>;
type Fields = readonly (readonly [field: string, attribute: string])[];

/** Fields of Sentry's contexts and the resource attributes they come from. https://opentelemetry.io/docs/specs/semconv/resource/ */
const FIELDS: Readonly<Record<string, Fields>> = {
  app: [
    ['app_name', 'service.name'],
    ['app_version', 'service.version'],
    ['app_start_time', 'process.creation.time'],
  ],
  device: [
    ['arch', 'host.arch'],
    ['cpu_description', 'host.cpu.model.name'],
    ['manufacturer', 'device.manufacturer'],
    ['model', 'device.model.name'],
    ['model_id', 'device.model.identifier'],
  ],
  os: [
    ['name', 'os.name'],
    ['build', 'os.build_id'],
    ['raw_description', 'os.description'],
  ],
  cloud_resource: [
    ['cloud.provider', 'cloud.provider'],
    ['cloud.platform', 'cloud.platform'],
    ['cloud.region', 'cloud.region'],
    ['cloud.availability_zone', 'cloud.availability_zone'],
    ['cloud.account.id', 'cloud.account.id'],
    ['host.id', 'host.id'],
    ['host.type', 'host.type'],
  ],
};

/**
 * Contexts that are the same for every transaction of a process: `otel`, and what is known from outside with the
 * resource's facts laid over it. Always a fresh copy: the application may change an event before it is sent.
 * https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/
 */
export function resourceContexts(
  resource: Readonly<JsonObject>,
  staticContexts: Readonly<Contexts>,
): Contexts {
  const contexts: Contexts = {};
  for (const name of Object.keys(staticContexts)) contexts[name] = { ...staticContexts[name] };
  for (const name of Object.keys(FIELDS)) {
    // A machine has an id without any cloud.
    if (name === 'cloud_resource' && resource['cloud.provider'] === undefined) continue;
    addFields(contexts, name, resource);
  }
  addRuntime(contexts, resource);
  addKernel(contexts, resource);
  contexts['otel'] = { resource: { ...resource } };
  return contexts;
}

function addFields(contexts: Contexts, name: string, resource: Readonly<JsonObject>): void {
  for (const [field, attribute] of FIELDS[name] ?? []) add(contexts, name, field, resource[attribute]);
}

// Sentry knows the runtime as `node` and its versions with a `v`.
function addRuntime(contexts: Contexts, resource: Readonly<JsonObject>): void {
  const name = resource['process.runtime.name'];
  const version = resource['process.runtime.version'];
  const isNode = name === 'nodejs' || name === 'node';
  add(contexts, 'runtime', 'name', isNode ? 'node' : name);
  add(
    contexts,
    'runtime',
    'version',
    isNode && typeof version === 'string' ? version.replace(/^(?=\d)/, 'v') : version,
  );
}

// Detectors call the type of kernel `os.type` and, unless they name a distribution, its release `os.version`.
function addKernel(contexts: Contexts, resource: Readonly<JsonObject>): void {
  add(
    contexts,
    'os',
    resource['os.name'] === undefined ? 'kernel_version' : 'version',
    resource['os.version'],
  );
  if (contexts['os']?.['name'] === undefined) add(contexts, 'os', 'name', resource['os.type']);
}

function add(contexts: Contexts, context: string, field: string, value: JsonValue | undefined): void {
  if (value !== undefined) (contexts[context] ??= {})[field] = value;
}
