import assert from 'node:assert/strict';
import { createSentryBridge, TRACE_HEADERS } from '../../src/index.js';

describe('TRACE_HEADERS', () => {
  it('are all that the bridge writes for others to read, in lower case', () => {
    const written = new Set(createSentryBridge({ propagateTraceparent: true }).propagator.fields());
    assert.deepEqual([...TRACE_HEADERS].sort(), [...written].sort());
    assert.deepEqual(
      TRACE_HEADERS.filter(name => name !== name.toLowerCase()),
      [],
    );
  });

  it('are among the fields of the composite propagator', () => {
    const fields = createSentryBridge().compositePropagator().fields();
    assert.deepEqual(
      TRACE_HEADERS.filter(name => !fields.includes(name)),
      [],
    );
  });
});
