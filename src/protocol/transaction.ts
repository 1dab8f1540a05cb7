/** JSON of a transaction event, with Sentry's field names. https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/ */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
/** An object that JSON can hold. */
export type JsonObject = { [key: string]: JsonValue };

/** Span statuses Sentry accepts. https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/#trace-context */
export type SpanStatusName =
  | 'ok'
  | 'cancelled'
  | 'unknown_error'
  | 'invalid_argument'
  | 'deadline_exceeded'
  | 'not_found'
  | 'already_exists'
  | 'permission_denied'
  | 'resource_exhausted'
  | 'failed_precondition'
  | 'aborted'
  | 'out_of_range'
  | 'unimplemented'
  | 'internal_error'
  | 'unavailable'
  | 'data_loss'
  | 'unauthenticated';

/** A span that another has to do with. https://develop.sentry.dev/sdk/telemetry/traces/span-links/ */
export interface SpanLinkJson {
  /** 32 hex digits. */
  trace_id: string;
  /** 16 hex digits. */
  span_id: string;
  /** Whether that span was sampled. */
  sampled: boolean;
  /** What the link says about itself. */
  attributes?: JsonObject;
}

/** A number with its unit. */
export interface Measurement {
  /** A finite number. */
  value: number;
  /** Like `millisecond` or `byte`; `none` for plain numbers. */
  unit: string;
}

/**
 * A child span inside a transaction; what hooks see of a streamed span, which is sent in another form. Timestamps are
 * seconds since the epoch.
 */
export interface SpanJson {
  /** 32 hex digits. */
  trace_id: string;
  /** 16 hex digits. */
  span_id: string;
  /** 16 hex digits. */
  parent_span_id?: string;
  /** Kind of operation, like `db` or `http.client`. */
  op?: string;
  /** What is shown as its name. */
  description: string;
  /** How it ended. */
  status: SpanStatusName;
  /** What made it, like `auto.http.otel.http`. */
  origin: string;
  /** When it began. */
  start_timestamp: number;
  /** When it ended. */
  timestamp: number;
  /** Attributes under the names Sentry reads. */
  data: JsonObject;
  /** Spans it has to do with besides its parent. */
  links?: SpanLinkJson[];
  /** Numbers by name. */
  measurements?: Record<string, Measurement>;
  /** Of a streamed span: one of few, where the description may be one of many. */
  name?: string;
  /** Of a streamed span: whether it is a local root. */
  is_segment?: boolean;
}

/** The `trace` context of an event: the root span. */
export interface TraceContext {
  /** 32 hex digits. */
  trace_id: string;
  /** 16 hex digits. */
  span_id: string;
  /** 16 hex digits; absent at the head of a trace. */
  parent_span_id?: string;
  /** Kind of operation, like `http.server`. */
  op?: string;
  /** How it ended. */
  status: SpanStatusName;
  /** What made it, like `auto.http.otel.http`. */
  origin: string;
  /** Attributes under the names Sentry reads. */
  data: JsonObject;
  /** Spans it has to do with besides its parent. */
  links?: SpanLinkJson[];
}

/** How a transaction got its name. https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/#transaction-annotations */
export type TransactionSource =
  | 'custom'
  | 'url'
  | 'route'
  | 'view'
  | 'component'
  | 'task'
  | 'sanitized'
  | 'unknown';

/** Who a transaction was made for. https://develop.sentry.dev/sdk/data-model/event-payloads/user/ */
export interface UserJson {
  /** As the application knows the user. */
  id?: string;
  /** Address of the user. */
  email?: string;
  /** Name the user logs in with. */
  username?: string;
  /** Name to address the user by. */
  name?: string;
  /** IPv4 or IPv6 address. */
  ip_address?: string;
  /** Whatever else is known. */
  data?: JsonObject;
}

/** The HTTP request a root answered. https://develop.sentry.dev/sdk/data-model/event-payloads/request/ */
export interface RequestJson {
  /** In upper case. */
  method?: string;
  /** Without query string and credentials. */
  url?: string;
  /** Without the question mark; secret-looking values are replaced. */
  query_string?: string;
  /** Those that were recorded; secret-looking values are replaced. */
  headers?: Record<string, string>;
}

/** Something that happened before. https://develop.sentry.dev/sdk/data-model/event-payloads/breadcrumbs/ */
export interface BreadcrumbJson {
  /** Seconds since the epoch. */
  timestamp: number;
  /** Like `default` or `http`. */
  type: string;
  /** Where it comes from. */
  category: string;
  /** What happened, for people. */
  message: string;
  /** `fatal`, `error`, `warning`, `info` or `debug`. */
  level: string;
  /** Details. */
  data?: JsonObject;
}

/** A local root with its descendants, as Sentry reads it. https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/ */
export interface TransactionEvent {
  /** 32 hex digits. */
  event_id: string;
  /** What kind of event it is. */
  type: 'transaction';
  /** Always Node.js. */
  platform: 'node';
  /** Name of the transaction. */
  transaction: string;
  /** How it got its name. */
  transaction_info: { source: TransactionSource };
  /** When the root began, in seconds since the epoch. */
  start_timestamp: number;
  /** When the root ended, in seconds since the epoch. */
  timestamp: number;
  /** Version of the application. */
  release?: string;
  /** Deployment the application runs in. */
  environment: string;
  /** Build within the release. */
  dist?: string;
  /** Machine. */
  server_name?: string;
  /** Who made the event. */
  sdk: { name: string; version: string; packages?: { name: string; version: string }[] };
  /** The root span as `trace`, and what is known about the process. */
  contexts: { trace: TraceContext; [name: string]: object };
  /** All descendants of the root, in order of start. */
  spans: SpanJson[];
  /** Numbers by name. */
  measurements?: Record<string, Measurement>;
  /** Texts to search by. */
  tags?: Record<string, string>;
  /** Who it was made for. */
  user?: UserJson;
  /** The HTTP request the root answered. */
  request?: RequestJson;
  /** Oldest first. */
  breadcrumbs?: BreadcrumbJson[];
}
