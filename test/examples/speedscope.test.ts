import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { fieldsOf, listOf, numberOf, textOf, type Fields } from '../support/vectors/narrow.js';

const CONVERTER = new URL('../../examples/demo/profile/speedscope.mjs', import.meta.url);
const SCHEMA = new URL('speedscope.schema.json', import.meta.url);
const VECTORS = new URL('../vectors/', import.meta.url);

function read(url: URL): Fields {
  return fieldsOf(JSON.parse(readFileSync(url, 'utf8')));
}

describe('a profile as a file for speedscope', () => {
  let convert: (payload: Fields, name: string) => unknown;

  before(async () => {
    const { toSpeedscope } = await import(CONVERTER.href);
    convert = toSpeedscope;
  });

  for (const name of ['profile-v1.json', 'profile-chunk-v2.json']) {
    it(`has the form of https://www.speedscope.app/file-format-schema.json: ${name}`, () => {
      const ajv = new Ajv();
      const file = convert(read(new URL(name, VECTORS)), 'work');
      assert.ok(ajv.validate(read(SCHEMA), JSON.parse(JSON.stringify(file))), ajv.errorsText());
    });

    it(`has a weight for each sample, and frames for each stack, the outermost first: ${name}`, () => {
      const payload = read(new URL(name, VECTORS));
      const file = fieldsOf(convert(payload, 'work'));
      const frames = listOf(fieldsOf(file['shared'])['frames']).map(fieldsOf);
      const [profile, ...others] = listOf(file['profiles']).map(fieldsOf);
      assert.ok(profile !== undefined && others.length === 0);
      const samples = listOf(profile['samples']).map(stack => listOf(stack).map(numberOf));
      const weights = listOf(profile['weights']).map(numberOf);
      const { samples: recorded } = fieldsOf(payload['profile']);
      assert.deepEqual([samples.length, weights.length], [listOf(recorded).length, listOf(recorded).length]);
      const duration = numberOf(profile['endValue']) - numberOf(profile['startValue']);
      assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight) - duration) < 1e-3);
      const names = samples.map(stack => stack.map(id => textOf(frames[id]?.['name'])));
      const burning = names.find(stack => stack.at(-1) === 'leafA');
      assert.deepEqual(burning?.slice(-3), ['handle', 'midB', 'leafA']);
    });
  }
});
