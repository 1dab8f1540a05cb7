import type { AttributeMap } from '../otel/attributes.js';
import type { JsonObject, JsonValue } from '../protocol/transaction.js';
import { isOutgoing } from './span-kind.js';

export interface Alias {
  readonly name: string;
  /** The side of a call on which the two names mean the same. */
  readonly side?: 'client' | 'server';
  /** The values that have a new spelling, where not all stay as they are. */
  readonly values?: ReadonlyMap<JsonValue, string>;
}

const TRANSPORTS: ReadonlyMap<JsonValue, string> = new Map([
  ['ip_tcp', 'tcp'],
  ['ip_udp', 'udp'],
  ['pipe', 'pipe'],
  ['unix', 'unix'],
]);

/** Deprecated attribute names and their successors. https://github.com/getsentry/sentry-conventions/tree/main/model/attributes */
const ALIASES: ReadonlyMap<string, Alias> = new Map<string, Alias>([
  ['http.method', { name: 'http.request.method' }],
  ['http.status_code', { name: 'http.response.status_code' }],
  ['http.status_text', { name: 'http.response.status_text' }],
  ['http.url', { name: 'url.full' }],
  ['url', { name: 'url.full' }],
  ['http.scheme', { name: 'url.scheme' }],
  ['http.flavor', { name: 'network.protocol.version' }],
  ['net.protocol.version', { name: 'network.protocol.version' }],
  ['net.protocol.name', { name: 'network.protocol.name' }],
  ['http.user_agent', { name: 'user_agent.original' }],
  ['http.client_ip', { name: 'client.address' }],
  ['http.server_name', { name: 'server.address' }],
  ['net.host.name', { name: 'server.address', side: 'server' }],
  ['net.host.port', { name: 'server.port', side: 'server' }],
  ['net.peer.name', { name: 'server.address', side: 'client' }],
  ['net.peer.port', { name: 'server.port', side: 'client' }],
  ['net.peer.ip', { name: 'network.peer.address' }],
  ['net.sock.peer.addr', { name: 'network.peer.address' }],
  ['net.sock.peer.port', { name: 'network.peer.port' }],
  ['net.transport', { name: 'network.transport', values: TRANSPORTS }],
  ['net.host.ip', { name: 'network.local.address' }],
  ['net.sock.host.addr', { name: 'network.local.address' }],
  ['net.sock.host.port', { name: 'network.local.port' }],
  ['http.request_content_length', { name: 'http.request.body.size' }],
  ['http.response_content_length', { name: 'http.response.body.size' }],
  ['http.request_content_length_uncompressed', { name: 'http.request.body.decoded_size' }],
  ['http.response_content_length_uncompressed', { name: 'http.response.body.decoded_size' }],
  ['db.system', { name: 'db.system.name' }],
  ['db.statement', { name: 'db.query.text' }],
  ['db.operation', { name: 'db.operation.name' }],
  ['db.name', { name: 'db.namespace' }],
  ['db.mongodb.collection', { name: 'db.collection.name' }],
  ['messaging.destination', { name: 'messaging.destination.name' }],
  ['messaging.message_id', { name: 'messaging.message.id' }],
  ['messaging.operation', { name: 'messaging.operation.name' }],
  ['messaging.conversation_id', { name: 'messaging.message.conversation_id' }],
  ['messaging.rabbitmq.routing_key', { name: 'messaging.rabbitmq.destination.routing_key' }],
  ['rpc.system', { name: 'rpc.system.name' }],
  ['rpc.grpc.status_code', { name: 'rpc.response.status_code' }],
  ['faas.execution', { name: 'faas.invocation_id' }],
  ['faas.id', { name: 'cloud.resource_id' }],
  ['gen_ai.system', { name: 'gen_ai.provider.name' }],
  ['gen_ai.usage.prompt_tokens', { name: 'gen_ai.usage.input_tokens' }],
  ['gen_ai.usage.completion_tokens', { name: 'gen_ai.usage.output_tokens' }],
  ['graphql.source', { name: 'graphql.document' }],
  ['code.filepath', { name: 'code.file.path' }],
  ['code.lineno', { name: 'code.line.number' }],
  ['mcp.tool.name', { name: 'gen_ai.tool.name' }],
  ['mcp.prompt.name', { name: 'gen_ai.prompt.name' }],
  ['mcp.request.id', { name: 'jsonrpc.request.id' }],
  ['profile_id', { name: 'sentry.profile_id' }],
  ['release', { name: 'sentry.release' }],
  ['environment', { name: 'sentry.environment' }],
  // The other way round: Sentry servers of 2025 read only these.
  ['db.system.name', { name: 'db.system' }],
  ['http.request.method', { name: 'http.method' }],
]);

/** The successor of an attribute, if it has one. */
export function aliasOf(name: string): Alias | undefined {
  return ALIASES.get(name);
}

/** Writes a value that is about to be sent under the successor of its name as well, unless the span has that one itself. */
export function addAlias(data: JsonObject, alias: Alias, value: JsonValue, span: SpanAttributes): void {
  const { name, side, values } = alias;
  if (value === '' || (side !== undefined && (side === 'client') !== isOutgoing(span.kind))) return;
  const meant = values === undefined ? value : values.get(value);
  if (meant !== undefined && span.attributes[name] === undefined) data[name] ??= meant;
}

/** Names the server by the Host header where no attribute does: the least reliable source, so it comes last. */
export function addServerOfHostHeader(data: JsonObject): void {
  const host = data['http.host'];
  if (typeof host !== 'string' || host === '' || data['server.address'] !== undefined) return;
  const { address, port } = splitHost(host);
  data['server.address'] = address;
  if (port !== undefined) data['server.port'] ??= port;
}

/**
 * RabbitMQ's default exchange has no name: messages are routed by the names of their queues, which then say where they go.
 * https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/
 */
export function addQueueOfDefaultExchange(data: JsonObject): void {
  const queue = data['messaging.rabbitmq.destination.routing_key'];
  if (data['messaging.destination'] === '' && queue !== undefined)
    data['messaging.destination.name'] ??= queue;
}

interface SpanAttributes {
  readonly kind: number;
  readonly attributes: AttributeMap;
}

function splitHost(host: string): { address: string; port?: number } {
  const colon = host.lastIndexOf(':');
  const digits = host.slice(colon + 1);
  const isPort =
    colon > 0 && /^\d{1,5}$/.test(digits) && (host.indexOf(':') === colon || host.charAt(colon - 1) === ']');
  return isPort ? { address: host.slice(0, colon), port: Number(digits) } : { address: host };
}
