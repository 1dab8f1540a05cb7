import type { SdkInfo } from './envelope.js';
import type { BreadcrumbJson, RequestJson, UserJson } from './transaction.js';

/** JSON of an error event, with Sentry's field names. https://develop.sentry.dev/sdk/data-model/event-payloads/exception/ */

/** https://develop.sentry.dev/sdk/data-model/event-payloads/stacktrace/#frame-attributes */
export interface StackFrameJson {
  function: string;
  filename?: string;
  module?: string;
  lineno?: number;
  colno?: number;
  in_app: boolean;
}

/** https://develop.sentry.dev/sdk/data-model/event-payloads/exception/#exception-mechanism */
export interface MechanismJson {
  type: string;
  handled: boolean;
  source?: string;
  exception_id?: number;
  parent_id?: number;
}

export interface ExceptionJson {
  type: string;
  value: string;
  mechanism: MechanismJson;
  /** The frame that threw comes last. */
  stacktrace?: { frames: StackFrameJson[] };
}

export interface ErrorEvent {
  event_id: string;
  platform: 'node';
  level: 'error';
  /** Seconds since the epoch. */
  timestamp: number;
  transaction: string;
  release?: string;
  environment: string;
  dist?: string;
  server_name?: string;
  sdk: SdkInfo;
  contexts: { trace: { trace_id: string; span_id: string; parent_span_id?: string }; [name: string]: object };
  /** The innermost cause first, the error itself last. */
  exception: { values: ExceptionJson[] };
  tags?: Record<string, string>;
  user?: UserJson;
  request?: RequestJson;
  /** Oldest first; where no transaction brings them. */
  breadcrumbs?: BreadcrumbJson[];
}
