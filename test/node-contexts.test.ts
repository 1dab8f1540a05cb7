import assert from 'node:assert/strict';
import { nodeContexts } from '../src/node-contexts.js';

describe('nodeContexts', () => {
  it('names Node.js and its version', () => {
    assert.deepEqual(nodeContexts()['runtime'], { name: 'node', version: process.version });
  });

  for (const [name, version] of [
    ['bun', '1.4.5'],
    ['deno', '2.9.6'],
  ] as const) {
    it(`names ${name} when it runs there, not the Node.js it claims to be`, () => {
      const versions = { node: '26.3.0', [name]: version };
      assert.deepEqual(nodeContexts(versions)['runtime'], { name, version });
    });
  }
});
