import { propagation } from '@opentelemetry/api';
import { describeError } from '../../../src/otel/diagnostics.js';
import type { PartsFactory } from './bridge-parts.js';
import { differences, pick, type Difference, type MatchScope } from './matchers.js';
import { fieldsOf, listOf, textOf, type Fields } from './narrow.js';
import type { PropagationCase } from './propagation-cases.js';
import { Scenario } from './scenario.js';
import { OtherOutcome } from './span-steps.js';

const MAX_ATTEMPTS = 200;

/** Results of every round of one scenario. */
interface Run {
  readonly scenario: Scenario;
  readonly rounds: Fields[];
}

/** Runs a case and returns where it is not as expected. */
export async function runPropagationCase(
  item: PropagationCase,
  createParts: PartsFactory,
): Promise<Difference[]> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await tryOnce(item, createParts, `${item.id}/${attempt}`);
    if (found !== undefined) return found;
  }
  return [
    { path: 'want', expected: `the wanted outcome within ${MAX_ATTEMPTS} attempts`, actual: undefined },
  ];
}

async function tryOnce(
  item: PropagationCase,
  createParts: PartsFactory,
  seed: string,
): Promise<Difference[] | undefined> {
  const scenarios: Scenario[] = [];
  try {
    for (let bridge = 0; bridge < item.bridges; bridge++)
      scenarios.push(new Scenario(item, createParts, seed));
  } catch (error) {
    return refusal(item, error);
  }
  try {
    const runs = scenarios.map(scenario => ({ scenario, rounds: [] }));
    // continueTrace and the functions that read a trace's headers use the registered propagator.
    for (const { parts } of scenarios) propagation.setGlobalPropagator(parts.propagator);
    const found = runs.flatMap(run => runRounds(item, run));
    for (const { scenario } of runs) await scenario.finish();
    return [...found, ...scenarios.flatMap(({ findings }) => findings), ...compareRuns(item, runs)];
  } catch (error) {
    if (error instanceof OtherOutcome) return undefined;
    throw error;
  } finally {
    propagation.disable();
    for (const scenario of scenarios) await scenario.parts.close();
  }
}

function refusal({ expect: { refused } }: PropagationCase, error: unknown): Difference[] {
  const isExpected = refused !== undefined && error instanceof TypeError && error.message.includes(refused);
  return isExpected ? [] : [{ path: 'refused', expected: refused, actual: describeError(error) }];
}

/** Only the first round that differs is told of. */
function runRounds(item: PropagationCase, { scenario, rounds }: Run): Difference[] {
  let found: Difference[] = [];
  for (let round = 0; round < item.repeat; round++) {
    scenario.runRound(round);
    rounds.push(scenario.observed);
    if (found.length > 0) continue;
    found = compare(item, scenario, item.expect.each).map(one => ({
      ...one,
      path: `round ${round}: ${one.path}`,
    }));
  }
  return found;
}

function compareRuns(item: PropagationCase, runs: readonly Run[]): Difference[] {
  const [first] = runs;
  if (first === undefined) return [];
  const { results, anyOf, sameAcross, refused } = item.expect;
  if (refused !== undefined) return [{ path: 'refused', expected: refused, actual: undefined }];
  const alternatives = anyOf.map(alternative => compare(item, first.scenario, alternative));
  return [
    ...compare(item, first.scenario, results),
    ...(alternatives.sort((one, other) => one.length - other.length)[0] ?? []),
    ...sameAcross.flatMap(path => compareAcross(path, runs)),
    ...compareShare(item, first.rounds),
    ...compareDistinct(item, first.rounds),
  ];
}

function compare(item: PropagationCase, scenario: Scenario, expected: Fields): Difference[] {
  const scope: MatchScope = { observed: scenario.observed, inputText: item.inputText };
  return Object.entries(fieldsOf(scenario.resolve(expected))).flatMap(([name, wanted]) => {
    if (name === 'transactions') return compareTransactions(scenario, wanted, scope);
    if (name === 'reports')
      return scenario.parts.reportsSampling ? differences(wanted, scenario.reports, scope, name) : [];
    return differences(wanted, scenario.observed[name], scope, name);
  });
}

function compareTransactions(scenario: Scenario, wanted: unknown, scope: MatchScope): Difference[] {
  const { transactions } = scenario;
  const expected = listOf(wanted).map(fieldsOf);
  const found = expected.flatMap(({ span, ...members }) => {
    const { spanId } = scenario.span(span).spanContext();
    const sent = transactions.find(transaction => transaction.spanId === spanId);
    return differences(members, sent, scope, `transactions(${textOf(span)})`);
  });
  if (transactions.length === expected.length) return found;
  return [...found, { path: 'transactions.length', expected: expected.length, actual: transactions.length }];
}

function compareAcross(path: string, runs: readonly Run[]): Difference[] {
  const [first, ...others] = runs.map(({ rounds }) => rounds.map(round => pick(round, path)));
  return others.flatMap(values => {
    const round = values.findIndex(
      (value, index) => value === undefined || value === null || value !== first?.[index],
    );
    return round === -1
      ? []
      : [
          {
            path: `round ${round}: ${path} of another bridge`,
            expected: first?.[round],
            actual: values[round],
          },
        ];
  });
}

function compareShare({ expect: { share } }: PropagationCase, rounds: readonly Fields[]): Difference[] {
  if (share === undefined) return [];
  const { of, min, max } = share;
  const actual = rounds.filter(round => pick(round, of) === true).length / rounds.length;
  return actual >= min && actual <= max
    ? []
    : [{ path: `share of ${of}`, expected: `${min} to ${max}`, actual }];
}

function compareDistinct({ expect: { distinct } }: PropagationCase, rounds: readonly Fields[]): Difference[] {
  if (distinct === undefined) return [];
  const actual = new Set(rounds.map(round => pick(round, distinct.of))).size;
  return actual >= distinct.min
    ? []
    : [{ path: `different values of ${distinct.of}`, expected: distinct.min, actual }];
}
