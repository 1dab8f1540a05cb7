import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../src/transport/', import.meta.url);

describe('src/transport', () => {
  for (const file of readdirSync(FOLDER)) {
    const lines = readFileSync(new URL(file, FOLDER), 'utf8').split('\n');
    const ofNode = lines.filter(line => /['"]node:/.test(line));

    it(`${file} loads no module of Node before there is something to send`, () => {
      for (const line of ofNode) assert.match(line, /^import type |\bawait import\(/);
    });

    if (file.startsWith('http-')) continue;
    it(`${file} runs without Node`, () => assert.deepEqual(ofNode, []));
  }
});
