import assert from 'node:assert/strict';
import { parsedVariable, parseFlag, variable } from '../../src/config/environment-variables.js';
import { RecordedLog } from '../support/recorded-log.js';

describe('variable', () => {
  it('is what the variable holds', () => assert.equal(variable({ A: ' x ' }, 'A'), ' x '));

  it('is nothing when it is not set', () => {
    assert.equal(variable({}, 'A'), undefined);
    assert.equal(variable({ A: undefined }, 'A'), undefined);
  });

  it('is nothing when it is empty', () => assert.equal(variable({ A: '' }, 'A'), undefined));
});

describe('parsedVariable', () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  const parse = (text: string) => (text === 'seven' ? 7 : text === 'zero' ? 0 : undefined);

  it('is what was parsed', () => {
    assert.equal(parsedVariable({ A: 'seven' }, 'A', 'a number in words', parse), 7);
    assert.equal(parsedVariable({ A: 'zero' }, 'A', 'a number in words', parse), 0);
    assert.deepEqual(log.lines, []);
  });

  it('is nothing, and is not mentioned, when it is not set or empty', () => {
    for (const env of [{}, { A: undefined }, { A: '' }]) {
      assert.equal(parsedVariable(env, 'A', 'a number in words', parse), undefined);
    }
    assert.deepEqual(log.lines, []);
  });

  it('is ignored, and is mentioned, when it is not understood', () => {
    assert.equal(parsedVariable({ A: 'secret' }, 'A', 'a number in words', parse), undefined);
    assert.deepEqual(log.lines, ['warn: A is ignored: it must be a number in words']);
  });
});

describe('parseFlag', () => {
  const words: readonly (readonly [flag: boolean, words: readonly string[]])[] = [
    [true, ['true', 't', 'y', 'yes', 'on', '1', 'TRUE', 'True', 'YES', 'On']],
    [false, ['false', 'f', 'n', 'no', 'off', '0', 'FALSE', 'False', 'NO', 'Off']],
  ];
  for (const [flag, spellings] of words) {
    for (const word of spellings) {
      it(`reads "${word}" as ${flag}`, () => assert.equal(parseFlag(word), flag));
    }
  }

  for (const word of ['', ' ', '2', 'maybe', 'truee', 'null', 'undefined', '-1', ' true', 'yes!']) {
    it(`does not read "${word}"`, () => assert.equal(parseFlag(word), undefined));
  }
});
