import { parseSentryBaggage, parseSentryTrace } from '../../../src/index.js';
import { continueIn, extract, inject, targets, traceData, traceMetaTags } from './header-steps.js';
import { numberOf, textOf, type Fields } from './narrow.js';
import type { Scenario } from './scenario.js';
import { setAttributes, setBaggage, setRemoteSpan, startSpan, suppress, updateName } from './span-steps.js';

type Step = (scenario: Scenario, step: Fields) => Fields | undefined;

/**
 * What steps do. `in` names the context a step works in (default: ROOT), `as` the context it makes and its result.
 *
 * | step | does | result |
 * | --- | --- | --- |
 * | `parseSentryTrace`, `parseSentryBaggage` | parses `value`, within `maxMillis` if given | `result` |
 * | `extract` | extracts from `carrier` with `getter` (default, `case-insensitive`, `throwing`) | `remote` |
 * | `startSpan` | starts a span; `want` repeats the case until it is (not) sampled | ids, decision, what the sampler saw |
 * | `setAttributes`, `updateName` | on `span` | |
 * | `setBaggage`, `setRemoteSpan`, `suppress` | puts that into a context | |
 * | `inject` | injects into `carrier` of `carrierType`; `bare`: of the context only its span | headers, `carrier` |
 * | `getTraceData`, `getTraceMetaTags` | of the active context, or `byArgument` | headers, `carrier` or `html` |
 * | `continueTrace` | makes the continued context | `remote`, `returnsResult` |
 * | `targets` | injects from one client span per URL below a server span | `matches` |
 * | `fields` | asks the propagator | `fields` |
 */
const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['parseSentryTrace', (scenario, step) => parse(scenario, step, parseSentryTrace, null)],
  ['parseSentryBaggage', (scenario, step) => parse(scenario, step, parseSentryBaggage, {})],
  ['extract', extract],
  ['startSpan', startSpan],
  ['setAttributes', setAttributes],
  ['updateName', updateName],
  ['setBaggage', setBaggage],
  ['setRemoteSpan', setRemoteSpan],
  ['suppress', suppress],
  ['inject', inject],
  ['getTraceData', traceData],
  ['getTraceMetaTags', traceMetaTags],
  ['continueTrace', continueIn],
  ['targets', targets],
  ['fields', ({ parts }) => ({ fields: [...parts.propagator.fields()].sort() })],
]);

export function runStep(scenario: Scenario, step: Fields): Fields | undefined {
  const run = STEPS.get(textOf(step['op']));
  if (run === undefined) throw new TypeError(`unknown step ${textOf(step['op'])}`);
  return run(scenario, step);
}

function parse(
  scenario: Scenario,
  step: Fields,
  parser: (value: unknown) => unknown,
  nothing: unknown,
): Fields {
  const startMillis = performance.now();
  const result = scenario.attempt(textOf(step['op']), () => parser(step['value']), 'threw');
  const millis = performance.now() - startMillis;
  const { maxMillis = Infinity } = step;
  if (millis > numberOf(maxMillis))
    scenario.findings.push({ path: 'rule: parsing takes linear time', actual: `${millis} ms` });
  return { result: result ?? nothing };
}
