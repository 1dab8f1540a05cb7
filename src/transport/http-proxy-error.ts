/** Nothing was sent, because of the proxy that was to carry it. Never names credentials. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** As Node's own errors have one; present where another attempt may help. */
  readonly code: string | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly code?: string } = {}) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}
