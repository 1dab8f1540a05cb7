import assert from 'node:assert/strict';
import { resolveConfig } from '../../src/config/resolve-config.js';
import { parseFlag } from '../../src/config/environment-variables.js';
import { codeIn, column, MarkdownFile, type Section } from './support/documents.js';
import { membersOf, SOURCE_FILES, stringsOf, type Member } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/configuration.md');
const OPTIONS = membersOf('options.ts', 'SentryBridgeOptions');

/** Names of variables where they are read. */
const READ = /\benv, '([A-Z][A-Z0-9_]+)'|\benv\['([A-Z][A-Z0-9_]+)'\]/g;

/** What only other entry points and functions read is documented with them. */
const ELSEWHERE = /^(register|helpers)\b/;

interface Facts {
  readonly type: string;
  /** As JSON; absent when the default is described in words. */
  readonly literalDefault?: unknown;
  readonly variables: readonly string[];
}

describe('docs/configuration.md', () => {
  const sections = new Map(
    DOCUMENT.sections.flatMap(section => {
      const [name] = section.level === 3 ? codeIn(section.title) : [];
      return name === undefined ? [] : [[name, section] as const];
    }),
  );

  it('describes every option, in the order of the source, and nothing else', () => {
    assert.deepEqual(
      [...sections.keys()],
      OPTIONS.map(({ name }) => name),
    );
  });

  it('lists every option at the top, below the group it is described in', () => {
    const groups = DOCUMENT.sections.filter(({ level }) => level === 2);
    const listed = DOCUMENT.sections.flatMap(({ lines, level }) => (level === 1 ? lines : [])).join('\n');
    for (const group of groups) {
      const line = listed.split('\n').find(text => text.includes(`[${group.title}](`)) ?? '';
      assert.deepEqual(codeIn(line), optionsBelow(group), group.title);
    }
  });

  for (const option of OPTIONS) {
    describe(option.name, () => {
      const facts = () => factsOf(sections.get(option.name));

      it('has the type of the source', () => {
        assert.equal(facts().type, option.type);
      });

      it('has the default that applies', () => {
        const applied = defaults().get(option.name);
        const promised = promisedDefault(option);
        const { literalDefault } = facts();
        if (applied !== undefined) assert.deepEqual(literalDefault, applied);
        else assert.deepEqual(literalDefault, promised);
        if (promised !== undefined) assert.deepEqual(literalDefault, promised);
      });

      it('has the variable of the source', () => {
        assert.deepEqual(facts().variables, promisedVariables(option));
      });
    });
  }

  it('lists every environment variable that is read, and no other', () => {
    const read = SOURCE_FILES.filter(({ path }) => !ELSEWHERE.test(path)).flatMap(({ code }) =>
      [...code.matchAll(READ)].map(([, given, indexed]) => given ?? indexed),
    );
    const table = column(DOCUMENT.table('Environment variables'), 'variable').flatMap(codeIn);
    // Those of proxies are put together from parts; they are checked against the option's comment below.
    const upper = table.filter(name => name === name.toUpperCase());
    assert.deepEqual(upper.sort(), [...new Set(read)].sort());
    assert.deepEqual(
      codeIn(DOCUMENT.section('Commit variables').lines.join('\n')),
      stringsOf('config/commit-variables.ts', 'COMMIT_VARIABLES'),
    );
  });

  it('says which option each variable stands for', () => {
    const table = DOCUMENT.table('Environment variables');
    const documented = table.rows.map(([variable = '', option = '']) => [
      codeIn(option)[0],
      codeIn(variable)[0],
    ]);
    const promised = OPTIONS.flatMap(option =>
      promisedVariables(option).map(variable => [option.name, variable]),
    );
    assert.deepEqual(documented.sort(), promised.sort());
  });

  it('describes the parts of the spool option', () => {
    const text = sections.get('spool')?.lines.join('\n') ?? '';
    const parts = [...text.matchAll(/^- `(\w+)`: `([^`]+)`.*?(?:default `(\d+)`|required)/gm)].map(
      ([, name, type, value]) => ({ name, type, value: value === undefined ? undefined : Number(value) }),
    );
    const { spool } = resolveConfig({ spool: { directory: 'here' } }, {});
    const values = new Map<string, unknown>(Object.entries({ ...spool, directory: undefined }));
    assert.deepEqual(
      parts,
      membersOf('options.ts', 'SpoolOptions').map(({ name, type }) => ({
        name,
        type,
        value: values.get(name),
      })),
    );
  });

  it('lists the words for yes and no', () => {
    const table = DOCUMENT.table('Environment variables');
    const [, , values = ''] = table.rows.find(([variable]) => variable === '`SENTRY_DEBUG`') ?? [];
    const [yes = '', no = ''] = values.split(';');
    assert.deepEqual(
      codeIn(yes).filter(word => parseFlag(word) !== true),
      [],
    );
    assert.deepEqual(
      codeIn(no).filter(word => parseFlag(word) !== false),
      [],
    );
    assert.deepEqual(codeIn(yes), stringsOf('config/environment-variables.ts', 'TRUE'));
    assert.deepEqual(codeIn(no), stringsOf('config/environment-variables.ts', 'FALSE'));
  });
});

/** Options whose headings follow that of a group. */
function optionsBelow(group: Section): string[] {
  const from = DOCUMENT.sections.indexOf(group) + 1;
  const next = DOCUMENT.sections.findIndex(({ level }, index) => index >= from && level <= 2);
  return DOCUMENT.sections.slice(from, next === -1 ? undefined : next).flatMap(({ title }) => codeIn(title));
}

/** The line below a heading: type, unit or range, default and variable, in this order, with dots between. */
function factsOf(section: Section | undefined): Facts {
  const line = section?.lines.find(text => text !== '') ?? '';
  const [type = '', ...rest] = line.split(' · ');
  const given = rest.filter(part => /^default[: ]/.test(part));
  assert.equal(given.length, 1, `one default in "${line}"`);
  const literal = /^default `(.*?)`/.exec(given[0] ?? '')?.[1];
  return {
    type: codeIn(type)[0] ?? '',
    ...(literal !== undefined && { literalDefault: parseLiteral(literal) }),
    variables: rest.filter(part => /^variables? /.test(part)).flatMap(codeIn),
  };
}

/** What applies when nothing is given. */
function defaults(): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(resolveConfig({}, {})));
}

/** What the comment of an option says: "Default 10000", "Default `[]`", or a word in code followed by "(default". */
function promisedDefault({ comment }: Member): unknown {
  const direct = /Default (`[^`]+`|true|false|\d+(?: days| [KM]iB)?)/.exec(comment)?.[1];
  const marked = /(`[^`]+`)[^`.]*\(default/.exec(comment)?.[1];
  const text = direct ?? marked;
  return text === undefined ? undefined : parseLiteral(text.replaceAll('`', ''));
}

function promisedVariables({ comment }: Member): string[] {
  return [...comment.matchAll(/Variables? ((?:`[A-Za-z_]+`(?:, | and )?)+)/g)].flatMap(([, list = '']) =>
    codeIn(list),
  );
}

const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024, days: 24 * 60 * 60 * 1000 };

function parseLiteral(text: string): unknown {
  const [, number, unit] = /^(\d+) (KiB|MiB|days)$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (UNITS[unit ?? ''] ?? 1);
  return JSON.parse(text.replaceAll("'", '"'));
}
