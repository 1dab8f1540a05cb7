import type { JsonObject, JsonValue, TransactionEvent } from '../protocol/transaction.js';
import { addAbsent, addAllAbsent } from './add-absent.js';

/** What a transaction says in contexts, and the attribute it is of a segment. https://getsentry.github.io/sentry-conventions/ */
const CONTEXT_ATTRIBUTES: readonly (readonly [
  context: string,
  field: string,
  attributes: readonly string[],
])[] = [
  ['runtime', 'name', ['process.runtime.name', 'process.runtime.engine.name']],
  ['runtime', 'version', ['process.runtime.version', 'process.runtime.engine.version']],
  ['os', 'name', ['os.name']],
  ['os', 'version', ['os.version']],
  ['os', 'kernel_version', ['os.kernel_version']],
  ['os', 'build', ['os.build']],
  ['os', 'raw_description', ['os.description']],
  ['device', 'memory_size', ['device.memory_size']],
  ['device', 'processor_count', ['device.processor_count']],
  ['device', 'cpu_description', ['device.cpu_description']],
  ['device', 'processor_frequency', ['device.processor_frequency']],
  ['device', 'boot_time', ['device.boot_time']],
  ['app', 'app_start_time', ['app.start_time']],
];

const USER_ATTRIBUTES = [
  ['id', 'user.id'],
  ['email', 'user.email'],
  ['username', 'user.name'],
  ['name', 'user.full_name'],
  ['ip_address', 'user.ip_address'],
] as const;

/** What only the segment says, about the process it ran in and the request it answered. What it has itself is kept. */
export function addSegmentAttributes(data: JsonObject, event: TransactionEvent): void {
  const { contexts, request, server_name: serverName } = event;
  for (const [context, field, names] of CONTEXT_ATTRIBUTES) {
    const value = fieldOf(contexts[context], field);
    for (const name of names) addAbsent(data, name, value);
  }
  const architecture = fieldOf(contexts['device'], 'arch');
  if (architecture !== undefined) addAbsent(data, 'device.archs', [architecture]);
  addAll(data, contexts['cloud_resource']);
  addAll(data, fieldOf(contexts['otel'], 'resource'));
  addAbsent(data, 'host.name', serverName);
  addAbsent(data, 'http.request.method', request?.method);
  // Without a host it is the path, which has an attribute of its own.
  if (request?.url?.includes('://') === true) addAbsent(data, 'url.full', request.url);
  addAbsent(data, 'url.query', request?.query_string);
}

/** What the segment says about all of its spans: the user and the tags. */
export function inheritedAttributes({ user, tags }: TransactionEvent): JsonObject {
  const attributes: JsonObject = {};
  for (const [field, name] of USER_ATTRIBUTES) addAbsent(attributes, name, user?.[field]);
  for (const name in user?.data) addAbsent(attributes, name, user.data[name]);
  addAll(attributes, tags);
  return attributes;
}

function addAll(data: JsonObject, additions: unknown): void {
  if (isJsonObject(additions)) addAllAbsent(data, additions);
}

function fieldOf(context: unknown, field: string): JsonValue | undefined {
  return isJsonObject(context) ? context[field] : undefined;
}

/** Contexts are JSON. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
