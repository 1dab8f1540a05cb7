import assert from 'node:assert/strict';
import { takeWireProblems } from './wire-problems.js';

/** Whatever a test is about: nothing it sends may be something Sentry refuses. */
export const mochaHooks = {
  afterEach(): void {
    assert.deepEqual(takeWireProblems(), [], 'Sentry would refuse what was sent');
  },
};
