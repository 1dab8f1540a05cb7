import assert from 'node:assert/strict';
import { filterArguments } from '../../../src/conversion/privacy/command-filter.js';

describe('filterArguments', () => {
  const rows: readonly (readonly [words: string, filtered: string])[] = [
    ['node app.js --port 80', 'node app.js --port 80'],
    ['node --token abc app.js', 'node --token [Filtered] app.js'],
    ['node --token=abc app.js', 'node --token=[Filtered] app.js'],
    ['node --api-key -v', 'node --api-key -v'],
    ['env PASSWORD=abc node', 'env PASSWORD=[Filtered] node'],
    ['curl https://u:p@h', 'curl https://[filtered]:[filtered]@h'],
    ['node --via x', 'node --via x'],
    ['env LANG=C VIA=x NAME=token node', 'env LANG=C VIA=x NAME=token node'],
    ['list tokens', 'list tokens'],
    ['', ''],
  ];
  for (const [words, filtered] of rows) {
    it(`turns "${words}" into "${filtered}"`, () => {
      assert.equal(filterArguments(words.split(' '), false).join(' '), filtered);
    });
  }
});
