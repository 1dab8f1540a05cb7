import { readFileSync } from 'node:fs';
import {
  fieldsOf,
  listOf,
  numberOf,
  optionalFields,
  optionalList,
  optionalNumber,
  optionalText,
  textOf,
  textsOf,
  type Fields,
} from './narrow.js';

/** One case of `test/vectors/propagation.json`; what its steps do is described in `scenario-steps.ts`. */
export interface PropagationCase {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  /** What decides the expectation, where that is not obvious. */
  readonly why: string | undefined;
  /** Not decoded yet: special values must be new in every run. */
  readonly options: Fields;
  readonly propagators: readonly string[];
  /** `ParentBased` wraps the sampler into the SDK's own. */
  readonly sampler: string | undefined;
  /** How often the steps run on one bridge. */
  readonly repeat: number;
  /** How many independent bridges run them. */
  readonly bridges: number;
  /** Pattern of the trace id `{T}`, with `*` for the free digits. */
  readonly traceIds: string;
  readonly steps: readonly Fields[];
  readonly expect: Expectation;
  /** The input as text. */
  readonly inputText: string;
}

export interface Expectation {
  /** By name of a step. */
  readonly results: Fields;
  /** In every round. */
  readonly each: Fields;
  /** Alternatives, one of which must hold completely. */
  readonly anyOf: readonly Fields[];
  /** Results that are the same in all bridges. */
  readonly sameAcross: readonly string[];
  /** In how many rounds a result is true. */
  readonly share: { readonly of: string; readonly min: number; readonly max: number } | undefined;
  /** How many different values a result has over all rounds. */
  readonly distinct: { readonly of: string; readonly min: number } | undefined;
  /** Instead: the option that is turned down when the bridge is created. */
  readonly refused: string | undefined;
}

export function readPropagationCases(file: URL): PropagationCase[] {
  const document = fieldsOf(JSON.parse(readFileSync(file, 'utf8')));
  const defaults = fieldsOf(document['defaults']);
  return listOf(document['cases']).map(item => toCase(fieldsOf(item), defaults));
}

function toCase(item: Fields, defaults: Fields): PropagationCase {
  const options = { ...fieldsOf(defaults['options']), ...optionalFields(item['options']) };
  const steps = listOf(item['steps']).map(fieldsOf);
  return {
    id: textOf(item['id']),
    area: textOf(item['area']),
    title: textOf(item['title']),
    why: optionalText(item['why']),
    options,
    propagators: textsOf(item['propagators'] ?? defaults['propagators']),
    sampler: optionalText(item['sampler']),
    repeat: optionalNumber(item['repeat']) ?? 1,
    bridges: optionalNumber(item['bridges']) ?? 1,
    traceIds: optionalText(item['traceIds']) ?? '*',
    steps,
    expect: toExpectation(optionalFields(item['expect'])),
    inputText: JSON.stringify({ options, steps }),
  };
}

function toExpectation(members: Fields): Expectation {
  const { each, anyOf, sameAcross, aggregate, refused, ...results } = members;
  const { share, distinct } = optionalFields(aggregate);
  return {
    results,
    each: optionalFields(each),
    anyOf: optionalList(anyOf).map(fieldsOf),
    sameAcross: textsOf(sameAcross ?? []),
    share: share === undefined ? undefined : toShare(fieldsOf(share)),
    distinct: distinct === undefined ? undefined : toDistinct(fieldsOf(distinct)),
    refused: optionalText(refused),
  };
}

function toShare({ of, min, max }: Fields): { of: string; min: number; max: number } {
  return { of: textOf(of), min: numberOf(min), max: numberOf(max) };
}

function toDistinct({ of, min }: Fields): { of: string; min: number } {
  return { of: textOf(of), min: numberOf(min) };
}
