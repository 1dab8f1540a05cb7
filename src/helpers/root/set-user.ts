import { trace, type Span } from '@opentelemetry/api';
import { writeToRoot } from './local-root.js';

/** Who a transaction was made for. */
export interface SentryUser {
  /** As the application knows the user. */
  readonly id?: string | number | undefined;
  /** Address of the user. */
  readonly email?: string | undefined;
  /** Name the user logs in with. */
  readonly username?: string | undefined;
  /** Name to address the user by. */
  readonly name?: string | undefined;
  /** IPv4 or IPv6 address. */
  readonly ip_address?: string | undefined;
}

const FIELDS = ['id', 'email', 'username', 'name', 'ip_address'] as const satisfies (keyof SentryUser)[];

/**
 * Sets the user of the transaction and of the errors recorded in it, in place of one set before; `null` for none.
 *
 * What is given here is sent whether or not `sendDefaultPii` is on: it is the application that says it. Other exporters
 * of the span get it as well, as `sentry.user.*`.
 *
 * @param span any span of the transaction. Default: the active one
 *
 * Does nothing without an open transaction.
 * https://docs.sentry.io/platforms/javascript/guides/node/enriching-events/identify-user/
 *
 * @example setUser({ id: session.userId, email: session.email })
 */
export function setUser(user: SentryUser | null, span: Span | undefined = trace.getActiveSpan()): void {
  writeToRoot('setUser', span, root => {
    for (const field of FIELDS) {
      const name = `sentry.user.${field}`;
      const value = user?.[field];
      if (value !== undefined && value !== null) root.setAttribute(name, value);
      // Attributes cannot be removed; empty text is nobody.
      else if (root.attributes[name] !== undefined) root.setAttribute(name, '');
    }
  });
}
