import { toJson } from '../protocol/json.js';
import type { TypedAttribute } from '../protocol/streamed-span.js';
import type { JsonValue } from '../protocol/transaction.js';
import { cachedByName } from './cached-by-name.js';
import { typedAttribute } from './typed-attributes.js';

/** A longer text hardly comes twice, and is not to be held. */
const MAX_REMEMBERED_CHARS = 256;

/** What was written of an attribute last. */
interface Member {
  /** The name, with what stands before and after it. */
  readonly key: string;
  value: JsonValue | undefined;
  text: string;
}

const memberOf = cachedByName((name): Member => ({
  key: `,${toJson(name)}:`,
  value: undefined,
  text: '',
}));

/**
 * A typed attribute as it follows others in JSON: `,"name":{"type":…,"value":…}`, or nothing for what has no type.
 *
 * Most attributes say what they said on the span before: release and segment, host and database, method and operation.
 * Their text is taken over, so that a span is written in two fifths of the time that objects and `JSON.stringify()` take,
 * with Node.js 20 to 26.
 *
 * @throws TypeError for what JSON cannot hold
 */
export function attributeText(name: string, value: JsonValue | undefined): string {
  const member = memberOf(name);
  // Lists and objects may change while they stay the same.
  if (typeof value === 'object') return textOf(member, typedAttribute(name, value));
  if (value === member.value) return member.text;
  const text = textOf(member, typedAttribute(name, value));
  if (text !== '' && text.length <= MAX_REMEMBERED_CHARS) remember(member, value, text);
  return text;
}

/** Of a text, what was written: the value itself may be cut out of a long one, which it would hold. */
function remember(member: Member, value: JsonValue | undefined, text: string): void {
  const own = typeof value === 'string' ? text.slice(-2 - value.length, -2) : value;
  if (own !== value) return;
  member.value = own;
  member.text = text;
}

/** The same for one that has its type. */
export function typedAttributeText(name: string, attribute: TypedAttribute | undefined): string {
  return textOf(memberOf(name), attribute);
}

function textOf({ key }: Member, attribute: TypedAttribute | undefined): string {
  if (attribute === undefined) return '';
  // Nearly all are text, which is written in half the time of an object.
  return attribute.type === 'string' && attribute.unit === undefined
    ? `${key}{"type":"string","value":${toJson(attribute.value)}}`
    : key + toJson(attribute);
}
