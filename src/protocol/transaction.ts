/** JSON of a transaction event, with Sentry's field names. https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/ */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
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

export interface SpanLinkJson {
  trace_id: string;
  span_id: string;
  sampled: boolean;
  attributes?: JsonObject;
}

export interface Measurement {
  value: number;
  unit: string;
}

/**
 * A child span inside a transaction; what hooks see of a streamed span, which is sent in another form. Timestamps are
 * seconds since the epoch.
 */
export interface SpanJson {
  trace_id: string;
  span_id: string;
  parent_span_id?: string;
  op?: string;
  description: string;
  status: SpanStatusName;
  origin: string;
  start_timestamp: number;
  timestamp: number;
  data: JsonObject;
  links?: SpanLinkJson[];
  measurements?: Record<string, Measurement>;
  /** Of a streamed span: one of few, where the description may be one of many. */
  name?: string;
  /** Of a streamed span: whether it is a local root. */
  is_segment?: boolean;
}

/** The `trace` context of an event: the root span. */
export interface TraceContext {
  trace_id: string;
  span_id: string;
  parent_span_id?: string;
  op?: string;
  status: SpanStatusName;
  origin: string;
  data: JsonObject;
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

/** https://develop.sentry.dev/sdk/data-model/event-payloads/user/ */
export interface UserJson {
  id?: string;
  email?: string;
  username?: string;
  name?: string;
  ip_address?: string;
  data?: JsonObject;
}

/** https://develop.sentry.dev/sdk/data-model/event-payloads/request/ */
export interface RequestJson {
  method?: string;
  url?: string;
  query_string?: string;
  headers?: Record<string, string>;
}

/** https://develop.sentry.dev/sdk/data-model/event-payloads/breadcrumbs/ */
export interface BreadcrumbJson {
  /** Seconds since the epoch. */
  timestamp: number;
  type: string;
  category: string;
  message: string;
  level: string;
  data?: JsonObject;
}

export interface TransactionEvent {
  event_id: string;
  type: 'transaction';
  platform: 'node';
  transaction: string;
  transaction_info: { source: TransactionSource };
  start_timestamp: number;
  timestamp: number;
  release?: string;
  environment: string;
  dist?: string;
  server_name?: string;
  sdk: { name: string; version: string; packages?: { name: string; version: string }[] };
  contexts: { trace: TraceContext; [name: string]: object };
  spans: SpanJson[];
  measurements?: Record<string, Measurement>;
  tags?: Record<string, string>;
  user?: UserJson;
  request?: RequestJson;
  /** Oldest first. */
  breadcrumbs?: BreadcrumbJson[];
}
