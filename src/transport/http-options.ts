import type { Clock } from '../clock.js';
import type { SdkInfo } from '../protocol/envelope.js';
import type { AgentFactory } from './http-agent.js';
import type { Compression } from './http-compression.js';

export interface HttpTransportOptions {
  /** Complete URL to post to: `envelopeUrl(dsn, sdk)`, or that of a tunnel. */
  readonly url: string;
  /** Makes up the `User-Agent`. */
  readonly sdk: SdkInfo;
  /** Added to every request; those that describe the body are ours. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Certificates to trust instead of the built-in ones, as PEM text. */
  readonly caCerts?: string | readonly string[] | undefined;
  /** `http.Agent` or `https.Agent` to send with; it stays the caller's to destroy. Default: one of our own. */
  readonly agent?: object | undefined;
  /** Makes an agent when the first envelope is sent, unless `agent` is given, for a target that needs one. */
  readonly createAgent?: AgentFactory | undefined;
  /** `'zstd'` where Node has it, else gzip. Default `'gzip'`. */
  readonly compression?: Compression | undefined;
  /** Bytes from which envelopes are compressed. Default 32768. */
  readonly compressionThresholdBytes?: number | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
}
