import assert from 'node:assert/strict';
import { StateLog } from '../../src/otel/state-log.js';

describe('StateLog', () => {
  function create(): { state: StateLog; calls: string[] } {
    const calls: string[] = [];
    const state = new StateLog(
      () => calls.push('began'),
      () => calls.push('ended'),
    );
    return { state, calls };
  }

  it('says nothing as long as all is well', () => {
    const { state, calls } = create();
    for (let time = 0; time < 3; time++) state.report(false);
    assert.deepEqual(calls, []);
  });

  it('says once that something began, and once that it ended, each time', () => {
    const { state, calls } = create();
    for (const active of [false, true, true, true, false, false, true, false]) state.report(active);
    assert.deepEqual(calls, ['began', 'ended', 'began', 'ended']);
  });
});
