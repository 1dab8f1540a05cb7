/** JSON of spans that travel on their own, with Sentry's field names. https://develop.sentry.dev/sdk/telemetry/spans/span-protocol/ */

export const SPAN_CONTAINER_CONTENT_TYPE = 'application/vnd.sentry.items.span.v2+json';

/** Version of the container, and of the spans in it. */
export const SPAN_CONTAINER_VERSION = 2;

/** A value that says what it is. Lists hold values of one kind. */
export type TypedAttribute =
  | { type: 'string'; value: string; unit?: string }
  | { type: 'integer' | 'double'; value: number; unit?: string }
  | { type: 'boolean'; value: boolean; unit?: string }
  | {
      type: 'array';
      value: readonly string[] | readonly number[] | readonly boolean[];
      unit?: string;
    };

export type TypedAttributes = Record<string, TypedAttribute>;

export interface StreamedLinkJson {
  trace_id: string;
  span_id: string;
  sampled: boolean;
  attributes?: TypedAttributes;
}

/** Timestamps are seconds since the epoch. */
export interface StreamedSpanJson {
  trace_id: string;
  span_id: string;
  parent_span_id?: string;
  /** Of few values: what tells one call from the next is in the attributes. */
  name: string;
  status: 'ok' | 'error';
  /** A local root. */
  is_segment: boolean;
  start_timestamp: number;
  end_timestamp: number;
  attributes: TypedAttributes;
  links?: StreamedLinkJson[];
}

/** A container from spans that are JSON already. */
export function spanContainer(spans: readonly string[]): string {
  return `{"version":${SPAN_CONTAINER_VERSION},"items":[${spans.join(',')}]}`;
}
