import { SpanKind } from '@opentelemetry/api';

export interface AliasException {
  readonly name: string;
  readonly successor: string;
  /** Of spans of this kind only. */
  readonly kind?: SpanKind;
  /** The value under the new name. Default: the same. */
  readonly value?: (value: unknown) => unknown;
}

/** Attributes of the recordings that Sentry's servers of today, or of 2025, read under other names. */
export const ALIASES: readonly AliasException[] = [
  { name: 'http.method', successor: 'http.request.method' },
  { name: 'http.request.method', successor: 'http.method' },
  { name: 'http.status_text', successor: 'http.response.status_text' },
  { name: 'http.url', successor: 'url.full' },
  { name: 'http.scheme', successor: 'url.scheme' },
  { name: 'http.flavor', successor: 'network.protocol.version' },
  { name: 'http.user_agent', successor: 'user_agent.original' },
  { name: 'http.request_content_length_uncompressed', successor: 'http.request.body.decoded_size' },
  { name: 'http.response_content_length_uncompressed', successor: 'http.response.body.decoded_size' },
  { name: 'net.host.name', successor: 'server.address', kind: SpanKind.SERVER },
  { name: 'net.host.port', successor: 'server.port', kind: SpanKind.SERVER },
  { name: 'net.peer.name', successor: 'server.address', kind: SpanKind.CLIENT },
  { name: 'net.peer.port', successor: 'server.port', kind: SpanKind.CLIENT },
  { name: 'net.peer.ip', successor: 'network.peer.address', kind: SpanKind.CLIENT },
  { name: 'net.host.ip', successor: 'network.local.address' },
  {
    name: 'net.transport',
    successor: 'network.transport',
    value: transport => String(transport).replace('ip_', ''),
  },
  { name: 'db.system', successor: 'db.system.name' },
  { name: 'db.system.name', successor: 'db.system' },
  { name: 'db.statement', successor: 'db.query.text' },
  { name: 'db.name', successor: 'db.namespace' },
];
