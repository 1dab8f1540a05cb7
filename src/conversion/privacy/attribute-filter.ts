import { toJsonValue } from '../../otel/attributes.js';
import type { JsonObject, JsonValue } from '../../protocol/transaction.js';
import { MAX_ATTRIBUTE_VALUE_CHARS } from '../../protocol/limits.js';
import { cutJson } from '../cut-value.js';
import { cachedByName } from '../cached-by-name.js';
import { ruleOf, type AttributeRule } from './attribute-rules.js';
import { filterArguments } from './command-filter.js';
import { filterConnectionString } from './connection-string-filter.js';
import { filterHeader, headerNameOf } from './header-filter.js';
import { FILTERED, isSensitiveKey } from './sensitive-keys.js';
import { filterText } from './text-filter.js';
import { filterQuery, filterUrl } from './url-filter.js';
import { isList } from '../json-list.js';

export interface PrivacyPolicy {
  /** The application consented to sending personal data (`sendDefaultPii`). */
  readonly allowsPii: boolean;
  /** The span calls a server, so that the peer it names is not a user. */
  readonly isOutgoing: boolean;
}

/** How the values of an attribute are filtered, which its name alone tells. */
export interface Treatment {
  readonly rule: AttributeRule | undefined;
  /** The header it holds. */
  readonly header: string | undefined;
}

export const treatmentOf = cachedByName((name): Treatment => ({
  rule: ruleOf(name),
  header: headerNameOf(name),
}));

/**
 * The one way for attributes to leave: JSON with secrets replaced and long text cut, or `undefined` when the value must
 * stay, or cannot be sent. Every URL, query, header and cookie in the result went through the filters of this folder.
 */
export function filterAttribute(name: string, value: unknown, policy: PrivacyPolicy): JsonValue | undefined {
  return filterValue(treatmentOf(name), value, policy);
}

/** The same, for an attribute that was looked up before. */
export function filterValue(
  treatment: Treatment,
  value: unknown,
  policy: PrivacyPolicy,
): JsonValue | undefined {
  const json = withoutSecrets(treatment, value, policy);
  return json === undefined ? undefined : cutJson(json, MAX_ATTRIBUTE_VALUE_CHARS);
}

function withoutSecrets(
  { rule, header }: Treatment,
  value: unknown,
  policy: PrivacyPolicy,
): JsonValue | undefined {
  if (rule !== undefined && isWithheld(rule, policy)) return undefined;
  if (header !== undefined) return filterHeaderValue(header, toJsonValue(value), policy.allowsPii);
  if (typeof value === 'string') return filterByRule(rule, value, policy.allowsPii);
  if (rule === 'command' && isWordList(value)) return filterArguments(value, policy.allowsPii);
  const json = toJsonValue(value);
  return isContainer(json) ? mapText(json, text => filterByRule(rule, text, policy.allowsPii)) : json;
}

/** All attributes that may leave, as JSON. */
export function filterAttributes(
  attributes: Readonly<Record<string, unknown>>,
  policy: PrivacyPolicy,
): JsonObject {
  const filtered: JsonObject = {};
  for (const name of Object.keys(attributes)) {
    const value = filterAttribute(name, attributes[name], policy);
    if (value !== undefined) filtered[name] = value;
  }
  return filtered;
}

function isWithheld(rule: AttributeRule, { allowsPii, isOutgoing }: PrivacyPolicy): boolean {
  if (rule === 'never') return true;
  return !allowsPii && (rule === 'personal' || (rule === 'peer' && !isOutgoing));
}

function filterByRule(rule: AttributeRule | undefined, text: string, allowsPii: boolean): string {
  switch (rule) {
    case 'url':
      return filterUrl(text, allowsPii);
    case 'query':
      return filterText(filterMarkedQuery(text, allowsPii), allowsPii);
    case 'connection':
      return filterConnectionString(text);
    case 'command':
      return filterArguments(text.split(' '), allowsPii).join(' ');
    default:
      return filterText(text, allowsPii);
  }
}

function filterMarkedQuery(text: string, allowsPii: boolean): string {
  return text.startsWith('?') ? `?${filterQuery(text.slice(1), allowsPii)}` : filterQuery(text, allowsPii);
}

function filterHeaderValue(
  header: string,
  json: JsonValue | undefined,
  allowsPii: boolean,
): JsonValue | undefined {
  if (json === undefined) return undefined;
  if (typeof json === 'number' || typeof json === 'boolean') {
    return isSensitiveKey(header, allowsPii) ? FILTERED : json;
  }
  return mapText(json, text => filterHeader(header, text, allowsPii));
}

function mapText(json: JsonValue, filter: (text: string) => string): JsonValue {
  if (typeof json === 'string') return filter(json);
  if (!isContainer(json)) return json;
  if (isList(json)) return json.map(item => mapText(item, filter));
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, mapText(value, filter)]));
}

function isContainer(json: JsonValue | undefined): json is readonly JsonValue[] | Readonly<JsonObject> {
  return typeof json === 'object' && json !== null;
}

function isWordList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(word => typeof word === 'string');
}
