import * as conventions from '@opentelemetry/semantic-conventions/incubating';

/** Marks what must not leave. */
export const SECRET = 's3cr3t-marker';

/** Every name of the semantic conventions, old and new; templates with a key of nobody's. */
export const CONVENTIONS: readonly string[] = Object.entries(conventions)
  .filter(([constant]) => /^(ATTR|SEMATTRS|SEMRESATTRS)_/.test(constant))
  .map(([, name]) => (typeof name === 'function' ? name('key') : String(name)));

/** Names of Sentry's and of nobody's, and those of conventions before the current ones. */
const OTHERS = `
aws.s3.bucket cache.key cache.operation client.address cloud.provider cloud.resource_id code.file.path db.collection.name
db.connection_string db.name db.namespace db.operation.name db.query.summary db.query.text db.statement db.system
db.system.name db.user db.query.parameter.0 enduser.id error.type exception.message express.name express.type faas.id
faas.invocation_id faas.trigger gen_ai.input.messages gen_ai.operation.name gen_ai.provider.name gen_ai.system
graphql.document graphql.operation.name graphql.source host.name http.client_ip http.fragment http.host http.method
http.query http.request.body.size http.request.method http.request.method_original http.request.header.referer
http.response.header.location http.route http.scheme http.status_code http.status_text http.target http.url
http.user_agent mcp.method.name mcp.session.id messaging.destination.name messaging.message.id messaging.operation.type
messaging.system net.host.name net.peer.ip net.peer.name network.peer.address network.protocol.version peer.service
process.command process.command_args process.command_line profiler_id rpc.method rpc.service rpc.system
rpc.grpc.request.metadata.x server.address server.port service.name session.id thread.name url url.fragment url.full
url.original url.path url.query url.scheme url.template user.email user.id user_agent.original my.own.attribute
sentry.context.cart.url sentry.custom_span_name sentry.description sentry.graphql.operation sentry.op sentry.origin
sentry.tag.link sentry.user.id
`
  .trim()
  .split(/\s+/);

export const NAMES = [...new Set([...CONVENTIONS, ...OTHERS])];

export const URLS: readonly string[] = [
  `https://user:${SECRET}@example.com/a`,
  `https://${SECRET}@example.com`,
  `//user:${SECRET}@example.com/a?b=c`,
  `postgres://app:${SECRET}@db:5432/shop?ssl=1`,
  `postgres://app:p#${SECRET}@db/shop`,
  `https://example.com/a?page=2&access_token=${SECRET}#top`,
  `https://example.com/a?tok%65n=${SECRET}`,
  `https://example.com/cb#id_token=${SECRET}&state=1`,
  `https://example.com/?next=https%3A%2F%2Fu%3A${SECRET}%40other.com%2F`,
  `https://example.com/?next=https://u:${SECRET}@other.com/?x=1`,
  `https://example.com/to/https://u:${SECRET}@other.com/`,
  `/relative/path?api_key=${SECRET}`,
  `?password=${SECRET}&a=b`,
  `see https://user:${SECRET}@example.com/ and https://example.com/?sig=${SECRET}`,
  `{"url": "https://user:${SECRET}@example.com/?token=${SECRET}", "n": 1}`,
  `data:text/plain,${SECRET}`,
];

export const QUERY_NAMES = ['url.query', 'http.query', 'url.fragment', 'http.fragment'];
export const QUERIES: readonly string[] = [
  `token=${SECRET}`,
  `?sig=${SECRET}`,
  `a=b&Password=${SECRET}&c=d`,
  `a=1;sid=${SECRET}`,
];

export const HEADER_PREFIXES = [
  'http.request.header.',
  'http.response.header.',
  'rpc.grpc.request.metadata.',
];
export const HEADERS = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'set_cookie',
  'proxy-authorization',
  'x-api-key',
  'x_api_key',
  'x-csrf-token',
];

export const COOKIES: readonly string[] = [
  `sid=${SECRET}`,
  `theme=dark; connect.sid=${SECRET}; a=b`,
  SECRET,
  `remember=${SECRET}; Path=/; HttpOnly`,
];
