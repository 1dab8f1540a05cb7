import { MAX_TAG_KEY_CHARS, MAX_TAG_VALUE_CHARS } from '../protocol/limits.js';
import type { JsonObject, JsonValue } from '../protocol/transaction.js';
import type { ConversionSettings } from './settings.js';
import { cutText } from './text.js';

type TagSettings = Pick<ConversionSettings, 'tags' | 'tagAttributes'>;
type Data = Readonly<JsonObject>;

/** An attribute `sentry.tag.<name>` is a tag. */
const TAG_PREFIX = 'sentry.tag.';
const ELLIPSIS = '...';

/**
 * Tags of an event: of the settings, then of the attributes they name, then the explicit ones; the last of a name
 * counts. Reads data that may leave, so that a tag cannot carry a secret out. The part of a value that a tag has no room
 * for stays readable in `data`. https://develop.sentry.dev/sdk/data-model/event-payloads/#optional-attributes
 */
export function eventTags(
  settings: TagSettings,
  data: JsonObject,
  resource: Data,
): Record<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const [name, value] of Object.entries(settings.tags)) {
    const whole = addTag(tags, name, value);
    if (whole !== undefined && whole.length > MAX_TAG_VALUE_CHARS) data[TAG_PREFIX + name] ??= whole;
  }
  addNamed(tags, settings.tagAttributes, resource);
  addNamed(tags, settings.tagAttributes, data);
  addExplicit(tags, resource);
  addExplicit(tags, data);
  return tags.size === 0 ? undefined : Object.fromEntries(tags);
}

function addNamed(tags: Map<string, string>, patterns: TagSettings['tagAttributes'], source: Data): void {
  for (const pattern of patterns) {
    if (typeof pattern === 'string') addTag(tags, pattern, source[pattern]);
    else
      for (const name of Object.keys(source))
        if (name.search(pattern) !== -1) addTag(tags, name, source[name]);
  }
}

function addExplicit(tags: Map<string, string>, source: Data): void {
  for (const name of Object.keys(source)) {
    if (name.startsWith(TAG_PREFIX)) addTag(tags, name.slice(TAG_PREFIX.length), source[name]);
  }
}

/** Adds what Sentry accepts of a tag, and returns the value before it was cut. */
function addTag(tags: Map<string, string>, name: string, value: JsonValue | undefined): string | undefined {
  const key = cutText(name.replaceAll(' ', '-').replace(FORBIDDEN_IN_KEY, '_'), MAX_TAG_KEY_CHARS);
  const whole = tagText(value);
  if (key === '' || whole === '') return undefined;
  const line = whole.replace(LINE_BREAKS, ' ');
  tags.set(
    key,
    line.length > MAX_TAG_VALUE_CHARS
      ? cutText(line, MAX_TAG_VALUE_CHARS - ELLIPSIS.length) + ELLIPSIS
      : line,
  );
  return whole;
}

function tagText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(item => tagText(item)).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const FORBIDDEN_IN_KEY = /[^A-Za-z0-9_.:-]/g;
const LINE_BREAKS = /[\r\n]+/g;
