/** How the value of an attribute is treated before it leaves. Absent: as text that may contain URLs. */
export type AttributeRule = 'never' | 'personal' | 'peer' | 'url' | 'query' | 'connection' | 'command';

const RULES: ReadonlyMap<string, AttributeRule> = new Map<string, AttributeRule>([
  ['url.full', 'url'],
  ['url.original', 'url'],
  ['url.path', 'url'],
  ['url', 'url'],
  ['http.url', 'url'],
  ['http.target', 'url'],
  ['url.query', 'query'],
  ['url.fragment', 'query'],
  ['http.query', 'query'],
  ['http.fragment', 'query'],
  ['client.address', 'personal'],
  ['client.socket.address', 'personal'],
  ['http.client_ip', 'personal'],
  ['source.address', 'personal'],
  ['network.peer.address', 'peer'],
  ['net.peer.ip', 'peer'],
  ['net.sock.peer.addr', 'peer'],
  ['net.sock.peer.name', 'peer'],
  ['db.connection_string', 'connection'],
  ['process.command', 'command'],
  ['process.command_line', 'command'],
  ['process.command_args', 'command'],
]);

/**
 * The rule for an attribute. `personal` needs the application's consent; `peer` does where the peer is the caller.
 * Bound values of statements never leave. https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function ruleOf(attribute: string): AttributeRule | undefined {
  const rule = RULES.get(attribute);
  if (rule !== undefined) return rule;
  if (attribute.startsWith('user.') || attribute.startsWith('enduser.')) return 'personal';
  const isBoundValue =
    attribute.startsWith('db.query.parameter.') || attribute.startsWith('db.operation.parameter.');
  return isBoundValue ? 'never' : undefined;
}
