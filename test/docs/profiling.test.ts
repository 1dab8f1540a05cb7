import assert from 'node:assert/strict';
import { resolveProfiler } from '../../src/profiling/resolve-profiler.js';
import { codeIn, column, MarkdownFile, onlyCode } from './support/documents.js';
import { membersOf, source, SOURCE_FILES } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/profiling.md');
const OPTIONS = membersOf('profiling/profiler-options.ts', 'SentryProfilerOptions');

describe('docs/profiling.md', () => {
  const sections = DOCUMENT.sections.filter(({ level }) => level === 3);

  it('describes every option, in the order of the source, and nothing else', () => {
    assert.deepEqual(
      sections.flatMap(({ title }) => codeIn(title)),
      OPTIONS.map(({ name }) => name),
    );
  });

  for (const [index, { name, type, comment }] of OPTIONS.entries()) {
    it(`has the type and the default of ${name}`, () => {
      const line = sections[index]?.lines.find(text => text !== '') ?? '';
      const [documented = '', ...rest] = line.split(' · ');
      assert.equal(onlyCode(documented), type);
      const promised = /Default (`[^`]+`|true|false|\d+)/.exec(comment)?.[1]?.replaceAll('`', '');
      assert.equal(rest.at(-1), promised === undefined ? 'default: none' : `default \`${promised}\``);
      const applied = new Map(Object.entries(appliedDefaults())).get(name);
      if (applied !== undefined) assert.equal(promised, applied);
    });
  }

  it('has what the sampler is told', () => {
    const text = DOCUMENT.section('`profilesSampler`').lines.join('\n');
    const told = membersOf('profiling/profiler-options.ts', 'ProfilesSamplingContext').map(
      ({ name }) => name,
    );
    assert.deepEqual(
      told.filter(name => !codeIn(text).some(code => code.split(':')[0] === name)),
      [],
    );
  });

  it('has every reason a profile is lost for by the profiler', () => {
    const documented = column(DOCUMENT.table('What is counted as lost'), 'reason').flatMap(codeIn);
    const written = SOURCE_FILES.filter(({ path }) => path.startsWith('profiling/')).flatMap(({ code }) =>
      [...code.matchAll(/#lose\('(\w+)'\)/g)].map(([, reason = '']) => reason),
    );
    assert.deepEqual(
      [...new Set(written)].filter(reason => !documented.includes(reason)),
      [],
    );
    const ofTransactions = ['before_send', 'ignored', 'callback_error'];
    assert.deepEqual(documented.sort(), [...new Set([...written, ...ofTransactions])].sort());
  });

  it('names the attributes that link spans', () => {
    const { code } = source('profiling/process-profile.ts');
    assert.ok(code.includes("'sentry.profiler_id'") && code.includes("data['profiler_id']"));
    assert.ok(DOCUMENT.text.includes('`sentry.profiler_id`') && DOCUMENT.text.includes('`profiler_id`'));
  });

  it('has figures', () => {
    assert.ok(DOCUMENT.tables.some(({ heading }) => heading === 'What it costs'));
  });
});

/** As the comments of the options write them. */
function appliedDefaults(): Record<string, string> {
  const { mode, hz, chunkMillis, maxDepth, perRequestThreads } = resolveProfiler({
    profileSessionSampleRate: 1,
  });
  return {
    profileLifecycle: mode.kind === 'process' ? `'${mode.lifecycle}'` : '',
    hz: String(hz),
    chunkSeconds: String(chunkMillis / 1000),
    maxDepth: String(maxDepth),
    perRequestThreads: String(perRequestThreads),
  };
}
