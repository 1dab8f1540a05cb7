import type { AttributeMap } from '../../otel/attributes.js';
import type { TransactionSource } from '../../protocol/transaction.js';

/** What naming a span needs of it: known when it starts as well as when it has ended. */
export interface DescribableSpan {
  readonly name: string;
  readonly kind: number;
  readonly attributes: AttributeMap;
  readonly instrumentationScope?: { readonly name: string } | undefined;
  readonly resource?: { readonly attributes: AttributeMap } | undefined;
}

/** What one family of semantic conventions says about a span that belongs to it. */
export interface FamilyDescription {
  readonly op: string;
  /** Absent: the span's own name. */
  readonly description?: string;
  readonly source: TransactionSource;
  /** The source of a name the application chose itself; absent: `custom`. */
  readonly sourceOfCustomName?: TransactionSource;
}

/** Recognises the spans of one family; `undefined` for those of others. */
export type Family = (span: DescribableSpan) => FamilyDescription | undefined;
