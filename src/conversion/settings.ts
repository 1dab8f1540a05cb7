import type { ReadableSpan, Resource } from '../otel/types.js';
import type { JsonObject } from '../protocol/transaction.js';
import type { Identity, IdentitySettings } from './identity.js';

/** What a resource says about every event below it. Shared by these events: nobody may change it. */
export interface ResourceFacts {
  readonly identity: Identity;
  /** Its attributes as far as they may leave. */
  readonly attributes: Readonly<JsonObject>;
  readonly contexts: Readonly<Record<string, Readonly<JsonObject>>>;
}

/** What conversion needs to know beside the spans; fixed for the life of a bridge. */
export interface ConversionSettings extends IdentitySettings {
  readonly sdk: { readonly name: string; readonly version: string };
  readonly dist?: string | undefined;
  /** Whether client addresses, user attributes and the like may leave. */
  readonly sendDefaultPii: boolean;
  /** Tags of every event; those of the spans win. */
  readonly tags: Readonly<Record<string, string | number | boolean>>;
  /** Attributes of the root, or else of the resource, that become tags: exact names, or expressions. */
  readonly tagAttributes: readonly (string | RegExp)[];
  /** Contexts known without a span (`runtime`, `os`, `device`, `app`...); the resource's facts are laid over them. */
  readonly staticContexts: Readonly<Record<string, JsonObject>>;
  /** What was found out about resources with these settings. */
  readonly resources: WeakMap<Resource, ResourceFacts>;
  /** Name of a transaction, from its root; `undefined` keeps the one that was found. */
  readonly transactionName?: TransactionNameHook | undefined;
  /** Told when a hook fails; conversion goes on without it. */
  readonly onHookError?: ((hook: 'transactionName', error: unknown) => void) | undefined;
}

export type TransactionNameHook = (root: ReadableSpan) => string | undefined;
