import { isDeepStrictEqual } from 'node:util';
import { SpanKind } from '@opentelemetry/api';
import { nodeContexts } from '../../../../src/node-contexts.js';
import { SDK } from '../../../../src/sdk-info.js';
import { ALIASES } from './exceptions-aliases.js';
import type { FieldDifference, Place } from './field-differences.js';
import { optionalText, type Fields } from '../narrow.js';
import type { RemoteParent } from '../span-case.js';

/** Why the bridge sends something else than `@sentry/opentelemetry` 10.78, and what. */
export interface Exception {
  readonly name: string;
  /** Where users read about it. */
  readonly documented: string;
  readonly fields: readonly string[];
  /** What the bridge has to send; `NOT_MEANT` where the rule does not apply. */
  readonly predict: (difference: FieldDifference) => unknown;
}

export const NOT_MEANT = Symbol('not meant');

export function explains(exception: Exception, difference: FieldDifference): boolean {
  return (
    exception.fields.includes(difference.field) &&
    isDeepStrictEqual(exception.predict(difference), difference.ours)
  );
}

/** What their scopes are called by, as far as the recordings have them. */
const ORIGINS: Fields = {
  '@opentelemetry/instrumentation-http': 'auto.http.otel.http',
  '@opentelemetry/instrumentation-undici': 'auto.http.otel.node_fetch',
  '@opentelemetry/instrumentation-express': 'auto.http.otel.express',
  '@opentelemetry/instrumentation-pg': 'auto.db.otel.postgres',
};

const LAYERS: Fields = { middleware: 'middleware', router: 'router', request_handler: 'handler' };

export const EXCEPTIONS: readonly Exception[] = [
  {
    name: 'the event is sent by another package',
    documented: 'docs/mapping.md#the-event',
    fields: ['event.sdk.name', 'event.sdk.version'],
    predict: ({ field }) => (field === 'event.sdk.name' ? SDK.name : SDK.version),
  },
  {
    name: 'contexts say where the process runs',
    documented: 'docs/privacy.md#facts-about-machine-and-process',
    fields: ['event.contexts.app', 'event.contexts.os', 'event.contexts.device'],
    predict: ({ field, place }) => processContext(field.split('.')[2] ?? '', place.item.resource),
  },
  {
    name: 'a server transaction has its request',
    documented: 'docs/mapping.md#the-event',
    fields: ['event.request'],
    predict: ({ place }) => (place.plan.kind === SpanKind.SERVER ? requestOf(place.data) : NOT_MEANT),
  },
  {
    name: 'nothing is sent empty',
    documented: 'docs/mapping.md#the-event',
    fields: ['event.measurements', 'span.measurements'],
    predict: ({ theirs }) => (isDeepStrictEqual(theirs, {}) ? undefined : NOT_MEANT),
  },
  {
    name: 'the origin tells which instrumentation made a span',
    documented: 'docs/mapping.md#origin',
    fields: ['span.origin', 'span.data.sentry.origin'],
    predict: ({ theirs, place }) => (theirs === 'manual' ? ORIGINS[scopeOf(place).name] : NOT_MEANT),
  },
  {
    name: 'layers of frameworks have operations',
    documented: 'docs/mapping.md#framework-layers',
    fields: ['span.op', 'span.data.sentry.op'],
    predict: ({ theirs, place }) =>
      theirs === undefined ? LAYERS[optionalText(place.data['express.type']) ?? ''] : NOT_MEANT,
  },
  {
    name: 'the statement is read under its stable name',
    documented: 'docs/mapping.md#operation-description-source',
    fields: ['span.description'],
    predict: ({ theirs, place }) =>
      theirs === place.plan.name ? place.plan.attributes['db.query.text'] : NOT_MEANT,
  },
  {
    name: 'a server without a route is named after its path, under its stable name as well',
    documented: 'docs/mapping.md#http-names',
    fields: ['event.transaction', 'event.transaction_info.source', 'span.data.sentry.source'],
    predict: ({ field, place: { plan } }) => {
      const path = plan.attributes['url.path'];
      if (plan.kind !== SpanKind.SERVER || path === undefined || plan.attributes['http.route'] !== undefined)
        return NOT_MEANT;
      if (field === 'event.transaction')
        return `${textOf(plan.attributes['http.request.method'])} ${textOf(path)}`;
      return path === '/' ? 'route' : 'url';
    },
  },
  {
    name: 'the source has its new name as well',
    documented: 'docs/mapping.md#data',
    fields: ['span.data.sentry.segment.name.source'],
    predict: ({ place }) => place.data['sentry.source'],
  },
  {
    name: 'a root that was too late for its transaction has the rate, too',
    documented: 'docs/mapping.md#data',
    fields: ['span.data.sentry.sample_rate'],
    predict: ({ place }) =>
      place.data['sentry.parent_span_already_sent'] === true
        ? place.item.options['tracesSampleRate']
        : NOT_MEANT,
  },
  {
    name: 'the instrumentation scope is told',
    documented: 'docs/mapping.md#data',
    fields: ['span.data.otel.scope.name', 'span.data.otel.scope.version'],
    predict: ({ field, place }) => (field.endsWith('name') ? scopeOf(place).name : scopeOf(place).version),
  },
  {
    name: 'the kind is told in lower case as well',
    documented: 'docs/mapping.md#data',
    fields: ['span.data.sentry.kind'],
    predict: ({ place }) => SpanKind[place.plan.kind].toLowerCase(),
  },
  {
    name: 'the query is read under its stable name',
    documented: 'docs/mapping.md#data',
    fields: ['span.data.http.query'],
    predict: ({ place }) => optionalText(place.data['url.query'])?.replace(/^\?/, '') ?? NOT_MEANT,
  },
  {
    name: 'the message of a status is not lost',
    documented: 'docs/mapping.md#status',
    fields: ['span.data.sentry.status.message'],
    predict: ({ place }) => place.plan.status?.message ?? NOT_MEANT,
  },
  {
    name: 'the exception that ended a span is not lost',
    documented: 'docs/mapping.md#data',
    fields: ['span.data.exception.type', 'span.data.exception.message'],
    predict: ({ field, place }) => lastException(place)[field.replace('span.data.', '')] ?? NOT_MEANT,
  },
  {
    name: 'addresses of clients stay',
    documented: 'docs/privacy.md#attributes-with-a-rule',
    fields: ['client.address', 'network.peer.address', 'net.peer.ip'].map(name => `span.data.${name}`),
    predict: ({ theirs, place }) =>
      theirs !== undefined && place.plan.kind === SpanKind.SERVER ? undefined : NOT_MEANT,
  },
  {
    name: 'secrets in URLs are replaced',
    documented: 'docs/privacy.md#what-is-replaced',
    fields: ['url.full', 'http.url', 'http.target', 'url.query'].map(name => `span.data.${name}`),
    predict: ({ theirs }) => (typeof theirs === 'string' ? withoutSecrets(theirs) : NOT_MEANT),
  },
  {
    name: 'what a caller without baggage knows is not made up',
    documented: 'docs/propagation-sampling.md#the-sampling-context-of-a-trace',
    fields: ['environment', 'release', 'org_id', 'sample_rand', 'sample_rate', 'sampled', 'transaction'].map(
      name => `trace.${name}`,
    ),
    predict: ({ place }) =>
      callerOf(place)?.baggage === undefined && callerOf(place) ? undefined : NOT_MEANT,
  },
  {
    name: 'a URL is no name for a trace',
    documented: 'docs/propagation-sampling.md#the-sampling-context-of-a-trace',
    fields: ['trace.transaction'],
    predict: ({ place }) =>
      place.data['sentry.source'] === 'url' && callerOf(place) === undefined ? undefined : NOT_MEANT,
  },
  ...ALIASES.map(({ name, successor, kind, value = same => same }): Exception => ({
    name: `${name} is written as ${successor}, too${kind === undefined ? '' : ` (${SpanKind[kind].toLowerCase()})`}`,
    documented: 'docs/mapping.md#aliases',
    fields: [`span.data.${successor}`],
    predict: ({ theirs, place: { data, plan } }) =>
      theirs === undefined && data[name] !== undefined && (kind === undefined || kind === plan.kind)
        ? value(data[name])
        : NOT_MEANT,
  })),
];

function scopeOf({ plan }: Place): { name: string; version: string | undefined } {
  const [, name = plan.scope, version] = /^(.+)@([^@/]+)$/.exec(plan.scope) ?? [];
  return { name, version };
}

/** What `sentry-trace` was read from, if the root continues it. */
function callerOf({ item, plan }: Place): RemoteParent | undefined {
  return plan.parent === undefined ? undefined : item.remotes.get(plan.parent.replace('remote:', ''));
}

function processContext(name: string, resource: Fields): unknown {
  const known = nodeContexts()[name];
  if (name !== 'app') return known;
  return { ...known, app_name: resource['service.name'], app_version: resource['service.version'] };
}

function lastException({ plan }: Place): Fields {
  return plan.events.filter(({ name }) => name === 'exception').at(-1)?.attributes ?? {};
}

/** The URL is that of the data, or put together from what the data has of it. */
function requestOf(data: Fields): unknown {
  const [url] = textOf(data['url.full'] ?? composedUrl(data)).split('?');
  const query = data['http.query'];
  const agent = data['user_agent.original'];
  return {
    method: data['http.request.method'],
    url,
    ...(query !== undefined && { query_string: query }),
    ...(agent !== undefined && { headers: { 'user-agent': agent } }),
  };
}

function composedUrl(data: Fields): string {
  const host = `${textOf(data['server.address'])}:${textOf(data['server.port'] ?? 80)}`.replace(/:80$/, '');
  return `${textOf(data['url.scheme'])}://${host}${textOf(data['url.path'])}`;
}

function withoutSecrets(url: string): string {
  return url
    .replace(/\/\/[^/@]*@/, '//[filtered]:[filtered]@')
    .replace(/\b(token|password)=[^&#]*/g, '$1=[Filtered]');
}

/** Attributes are text or numbers here. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
