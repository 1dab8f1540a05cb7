import { readFileSync } from 'node:fs';
import { fieldsOf, isFields, listOf, textOf, type Fields } from '../narrow.js';

/** A transaction as it is compared: with references instead of ids. */
export interface ComparableTransaction {
  /** The `trace` header of its envelope. */
  readonly trace: Fields;
  readonly event: Fields;
}

/** What another implementation made of the recorded cases, by id of the case. */
export function readRecordedTransactions(file: URL): ReadonlyMap<string, readonly ComparableTransaction[]> {
  const { cases } = fieldsOf(JSON.parse(readFileSync(file, 'utf8')));
  return new Map(
    Object.entries(fieldsOf(cases)).map(([id, transactions]) => [
      id,
      listOf(transactions).map(item => {
        const { trace, event } = fieldsOf(item);
        return { trace: fieldsOf(unified(trace)), event: fieldsOf(unified(event)) };
      }),
    ]),
  );
}

/** What differs between any two transactions, by the name of its field. */
const UNIQUE: ReadonlySet<string> = new Set(['event_id', 'public_key']);

/** A value with marks instead of what is different each time, and with `replace` applied to other text. */
export function unified(
  value: unknown,
  replace: (text: string, key: string) => string = text => text,
): unknown {
  const unify = (part: unknown, key: string): unknown => {
    if (Array.isArray(part)) return part.map(element => unify(element, key));
    if (isFields(part)) {
      return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, unify(member, name)]));
    }
    if (typeof part !== 'string') return part;
    return UNIQUE.has(key) ? `<${key}>` : replace(part, key);
  };
  return unify(value, '');
}

/** Name of the root of a transaction. */
export function rootOf({ event }: ComparableTransaction): string {
  return textOf(fieldsOf(fieldsOf(event['contexts'])['trace'])['span_id']);
}

export function spansOf({ event }: ComparableTransaction): readonly Fields[] {
  return listOf(event['spans']).map(fieldsOf);
}
