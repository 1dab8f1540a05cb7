import { parseSentryBaggage, sentryMember } from './baggage.js';
import type { DynamicSamplingContext } from './dynamic-sampling-context.js';

/** The `sentry-` members of a `baggage` header that came in. Read as far as they are asked for: most requests need few. */
export class ReceivedBaggage {
  /** Characters of the header; `Infinity` when that is not known. */
  readonly size: number;
  #text: string | undefined;
  #dsc: DynamicSamplingContext | undefined;

  /** @param value as header getters give it; only text can be read later, as lists and bytes may change */
  constructor(value: unknown) {
    this.size = value === undefined ? 0 : typeof value === 'string' ? value.length : Infinity;
    if (typeof value === 'string') this.#text = value;
    else this.#dsc = parseSentryBaggage(value);
  }

  get dsc(): DynamicSamplingContext {
    if (this.#dsc === undefined) {
      this.#dsc = parseSentryBaggage(this.#text);
      this.#text = undefined;
    }
    return this.#dsc;
  }

  /** One of those that tell whose the trace is, without reading the others. */
  member(name: 'trace_id' | 'org_id'): string | undefined {
    return this.#dsc === undefined ? sentryMember(this.#text, name) : this.#dsc[name];
  }
}
