import { readFileSync } from 'node:fs';
import { fieldsOf, listOf, textOf, textsOf } from './narrow.js';

/** One request of `test/vectors/recorded-requests.json`. */
export interface RecordedRequest {
  /** Which library has sent it, and with what. */
  readonly sender: string;
  readonly scenario: string;
  readonly client: string;
  /** Names and values of its trace headers, as they were on the wire. */
  readonly lines: readonly (readonly [name: string, value: string])[];
  /** Absent when the request says nothing of a trace. */
  readonly expect: ExpectedTrace | undefined;
}

export interface ExpectedTrace {
  readonly traceId: string;
  readonly parentSpanId: string;
  /** Absent when undecided. */
  readonly sampled: boolean | undefined;
  /** The sampling context of the trace, decoded. Absent when the request has none that belongs to the trace. */
  readonly dsc: Readonly<Record<string, string>> | undefined;
  /** Baggage of others. */
  readonly foreign: readonly string[];
}

export function readRecordedRequests(file: URL): RecordedRequest[] {
  return listOf(JSON.parse(readFileSync(file, 'utf8'))).map(item => {
    const { sender, scenario, client, lines, expect } = fieldsOf(item);
    return {
      sender: textOf(sender),
      scenario: textOf(scenario),
      client: textOf(client),
      lines: listOf(lines).map(line => {
        const [name = '', value = ''] = textsOf(line);
        return [name, value] as const;
      }),
      expect: expect === null ? undefined : expectedTrace(expect),
    };
  });
}

function expectedTrace(value: unknown): ExpectedTrace {
  const { traceId, parentSpanId, sampled, dsc, foreign } = fieldsOf(value);
  return {
    traceId: textOf(traceId),
    parentSpanId: textOf(parentSpanId),
    sampled: typeof sampled === 'boolean' ? sampled : undefined,
    dsc:
      dsc === null
        ? undefined
        : Object.fromEntries(Object.entries(fieldsOf(dsc)).map(([name, text]) => [name, textOf(text)])),
    foreign: textsOf(foreign),
  };
}
