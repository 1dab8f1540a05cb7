import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('.', import.meta.url));

/** Files that read envelopes nobody sent. */
const OTHER_READERS: ReadonlySet<string> = new Set([
  'protocol/envelope.test.ts',
  'support/parse-envelope.ts',
  'support/vectors/wire-rules.ts',
  'vectors/wire-rules.test.ts',
  'wire-checks.test.ts',
]);

describe('whatever tests send envelopes to', () => {
  it('checks that Sentry would take them', () => {
    const readers = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
      .map(path => path.replaceAll('\\', '/'))
      .filter(path => path.endsWith('.ts') && !path.includes('node_modules') && !OTHER_READERS.has(path))
      .map(path => ({ path, text: readFileSync(join(TESTS, path), 'utf8') }))
      .filter(({ text }) => text.includes('parseEnvelope('));
    assert.ok(readers.length > 4);
    assert.deepEqual(
      readers.filter(({ text }) => !text.includes('checkWire(')).map(({ path }) => path),
      [],
    );
  });
});
