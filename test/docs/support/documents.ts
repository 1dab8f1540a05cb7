import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const NOT_OURS = /(^|\/)(node_modules|dist|coverage|\.git)(\/|$)|\.api\.md$/;

/** Every Markdown file of the project, as paths from its root. */
export const DOCUMENT_PATHS: readonly string[] = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => path.endsWith('.md') && !NOT_OURS.test(path))
  .sort();

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The heading it stands below. */
  readonly heading: string;
}

export interface Table {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Section {
  readonly title: string;
  readonly level: number;
  /** Lines up to the next heading of any level. */
  readonly lines: readonly string[];
}

/** A Markdown file, taken apart as far as the tests need it. */
export class MarkdownFile {
  readonly path: string;
  readonly text: string;
  readonly sections: readonly Section[];
  readonly blocks: readonly CodeBlock[];
  readonly tables: readonly Table[];

  constructor(path: string) {
    this.path = path;
    this.text = readFileSync(join(ROOT, path), 'utf8');
    const { sections, blocks } = readSections(this.text.split('\n'));
    this.sections = sections;
    this.blocks = blocks;
    this.tables = sections.flatMap(readTables);
  }

  section(title: string): Section {
    return onlyOne(
      this.sections.filter(section => section.title === title),
      `section "${title}" in ${this.path}`,
    );
  }

  /** The one table below a heading. */
  table(heading: string): Table {
    return onlyOne(
      this.tables.filter(table => table.heading === heading),
      `table below "${heading}" in ${this.path}`,
    );
  }

  /** Names by which other places can link to its headings. */
  get anchors(): readonly string[] {
    const counts = new Map<string, number>();
    return this.sections
      .filter(({ title }) => title !== '')
      .map(({ title }) => {
        const anchor = anchorOf(title);
        const count = counts.get(anchor) ?? 0;
        counts.set(anchor, count + 1);
        return count === 0 ? anchor : `${anchor}-${count}`;
      });
  }

  /** Text without code blocks. */
  get prose(): string {
    return this.sections.flatMap(({ title, lines }) => [title, ...lines]).join('\n');
  }
}

export function allDocuments(): MarkdownFile[] {
  return DOCUMENT_PATHS.map(path => new MarkdownFile(path));
}

/** What stands in backticks, in order. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The one piece of code in a table cell. */
export function onlyCode(cell: string | undefined): string {
  return onlyOne(codeIn(cell ?? ''), `code in "${cell ?? ''}"`);
}

/** A column of a table, by its title. */
export function column(table: Table, title: string): string[] {
  const index = table.columns.indexOf(title);
  if (index === -1) throw new Error(`no column "${title}" below "${table.heading}"`);
  return table.rows.map(row => row[index] ?? '');
}

function onlyOne<T>(found: readonly T[], what: string): T {
  const [first, ...others] = found;
  if (first === undefined || others.length > 0)
    throw new Error(`expected one ${what}, found ${found.length}`);
  return first;
}

function readSections(lines: readonly string[]): { sections: Section[]; blocks: CodeBlock[] } {
  const blocks: CodeBlock[] = [];
  let current: { title: string; level: number; lines: string[] } = { title: '', level: 0, lines: [] };
  const sections = [current];
  let fence: { language: string; lines: string[]; indent: number } | undefined;
  for (const line of lines) {
    const mark = /^(\s*)```(\w*)\s*$/.exec(line);
    if (fence !== undefined) {
      if (mark === null) fence.lines.push(line.slice(fence.indent));
      else {
        blocks.push({
          language: fence.language,
          text: `${fence.lines.join('\n')}\n`,
          heading: current.title,
        });
        fence = undefined;
      }
      continue;
    }
    if (mark !== null) {
      fence = { language: mark[2] ?? '', lines: [], indent: mark[1]?.length ?? 0 };
      continue;
    }
    const heading = /^(#{1,6}) (.+)$/.exec(line);
    if (heading === null) current.lines.push(line);
    else {
      current = { title: heading[2] ?? '', level: heading[1]?.length ?? 0, lines: [] };
      sections.push(current);
    }
  }
  if (fence !== undefined) throw new Error('a code block is not closed');
  return { sections, blocks };
}

function readTables({ title, lines }: Section): Table[] {
  const tables: Table[] = [];
  let rows: string[][] = [];
  for (const line of [...lines, '']) {
    if (line.startsWith('|')) {
      rows.push(cellsOf(line));
      continue;
    }
    const [columns, divider, ...body] = rows;
    if (columns !== undefined && divider !== undefined) tables.push({ heading: title, columns, rows: body });
    rows = [];
  }
  return tables;
}

/** Pipes inside cells are written `\|`. */
function cellsOf(line: string): string[] {
  return line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim().replaceAll('\\|', '|'));
}

/** As GitHub and most renderers make them. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
