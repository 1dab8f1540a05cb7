import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('.', import.meta.url));

/** Files that read envelopes nobody of ours sent. */
const OTHER_READERS: ReadonlySet<string> = new Set([
  // What Sentry's own SDKs send as well, which is not ours to judge.
  'interop-partners/support/ingest.ts',
  'protocol/envelope.test.ts',
  'spool/spool-file.test.ts',
  'support/parse-envelope.ts',
  'support/vectors/wire-rules.ts',
  'vectors/wire-rules.test.ts',
  'wire-checks.test.ts',
]);

const CHECK = /\b(?:checkWire|assertWire|wireProblems)\(/;

describe('whatever tests send envelopes to', () => {
  it('checks that Sentry would take them', () => {
    const readers = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
      .map(path => path.replaceAll('\\', '/'))
      .filter(path => path.endsWith('.ts') && !path.includes('node_modules') && !OTHER_READERS.has(path))
      .map(path => ({ path, text: readFileSync(join(TESTS, path), 'utf8') }))
      .filter(({ text }) => text.includes('parseEnvelope('));
    assert.ok(readers.length > 4);
    assert.deepEqual(
      readers.filter(({ text }) => !CHECK.test(text)).map(({ path }) => path),
      [],
    );
  });
});
