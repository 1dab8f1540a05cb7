import assert from 'node:assert/strict';
import { configureProperties } from './property-runs.js';
import { takeWireProblems } from './wire-problems.js';

/** Whatever a test is about: nothing it sends may be something Sentry refuses. */
export const mochaHooks = {
  beforeAll: configureProperties,
  afterEach(): void {
    assert.deepEqual(takeWireProblems(), [], 'Sentry would refuse what was sent');
  },
};
