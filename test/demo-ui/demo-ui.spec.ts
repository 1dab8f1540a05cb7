import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { launchChromium, needsChromium, type Browser, type Page } from '../support/chromium.js';

const ROOT = resolve(import.meta.dirname, '../..');
/** Stored in each run; the one in the README is replaced on demand only. */
const PICTURE = resolve(ROOT, process.env['DEMO_UI_PICTURE'] ?? 'test/demo-ui/waterfall.png');
const WINDOW = { width: 1180, height: 620 };
const WATERFALL_WIDTH = '100%';
const TIMEOUT_MILLIS = 90_000;

/** A row of the waterfall, and those that are indented below it. */
interface Row {
  readonly title: string;
  readonly children: readonly Row[];
}

const TRACE_LINK = 'a[href*="/traces/"]';

/** Rows with children that are not shown yet have a number to click, and no list below them. */
const CLOSED_ROW = '.tree li:not(:has(> ul)) > a > div:first-child > div:first-child';

const READ_ROWS = `(function read(list) {
  return Array.from(list.children, item => ({
    title: item.querySelector('[title]').title,
    children: Array.from(item.children).filter(({ tagName }) => tagName === 'UL').flatMap(read),
  }));
})(document.querySelector('.tree > ul, ul.tree'))`;

describe('npm run demo:ui', function () {
  this.timeout(TIMEOUT_MILLIS);

  let demo: DemoWithUi | undefined;
  let browser: Browser | undefined;
  let page: Page;
  const hosts = new Set<string>();

  before(needsChromium);
  before(async () => {
    demo = new DemoWithUi();
    await demo.ready();
    browser = await launchChromium(import.meta.dirname);
    page = await browser.newPage({ viewport: WINDOW });
    page.on('request', request => {
      // Data and workers are in the page.
      const { host } = new URL(request.url());
      if (host !== '') hosts.add(host);
    });
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it('shows every trace of the demo in Spotlight', async () => {
    assert.ok(demo !== undefined);
    await page.goto(demo.uiUrl);
    await page.waitForSelector(`:nth-match(${TRACE_LINK}, ${demo.traceIds.length})`);
    const shown = await page.evaluate<string[]>(
      `Array.from(document.querySelectorAll('${TRACE_LINK}'), ({ href }) => href.split('/')[5])`,
    );
    assert.deepEqual(shown.sort(), demo.traceIds.sort());
  });

  it('shows both services in one waterfall, every call with what it led to below it', async () => {
    assert.ok(demo !== undefined);
    await page.goto(`${demo.uiUrl}/${demo.traceIdOf('order page')}/context`);
    await page.waitForSelector('.tree li');
    await openAll(page);
    const rows = await page.evaluate<Row[]>(READ_ROWS);
    assert.deepEqual(
      rows.map(row => titlesOf(row)),
      [
        [
          'GET /orders/:id',
          '  request handler',
          '    pg-pool.connect',
          '      pg.connect',
          '    select id, sku, quantity from bridge_demo.orders where id = $1',
          '    GET http://127.0.0.1/prices/tea',
          '      GET /prices/:sku',
          '        request handler',
          '          pg-pool.connect',
          '            pg.connect',
          '          select cents from bridge_demo.prices where sku = $1',
        ],
      ],
    );
    await takePicture(page, demo.traceIdOf('order page'), PICTURE);
  });

  it('asks no other machine for anything', () => {
    assert.deepEqual([...hosts], [new URL(demo?.uiUrl ?? '').host]);
  });
});

/** The command, without what installs and builds. */
class DemoWithUi {
  readonly #process: ChildProcess;
  #output = '';

  constructor() {
    this.#process = spawn(process.execPath, ['examples/demo/ui.mjs'], {
      cwd: ROOT,
      env: { ...process.env, SPOTLIGHT_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** Resolves when the demo is over and its traces can be looked at. */
  async ready(): Promise<void> {
    const lines = this.#process.stdout?.setEncoding('utf8');
    await new Promise<void>((done, fail) => {
      lines?.on('data', (text: string) => {
        this.#output += text;
        if (/^The traces are at /m.test(this.#output)) done();
      });
      this.#process.on('exit', () => fail(new Error(`the demo has ended:\n${this.#output}`)));
    });
  }

  get uiUrl(): string {
    return this.#found(/^The traces are at (\S+)/m);
  }

  get traceIds(): string[] {
    return [...this.#output.matchAll(/^trace ([\da-f]{32})/gm)].map(([, traceId = '']) => traceId);
  }

  /** By name of the request. */
  traceIdOf(request: string): string {
    return this.#found(new RegExp(`^${request}: .*\\ntrace ([\\da-f]{32})`, 'm'));
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }

  #found(pattern: RegExp): string {
    return pattern.exec(this.#output)?.[1] ?? assert.fail(`${pattern} is not in\n${this.#output}`);
  }
}

/** The UI closes rows that are deep. */
async function openAll(page: Page): Promise<void> {
  const isClosed = `document.querySelector('${CLOSED_ROW}') !== null`;
  while (await page.evaluate<boolean>(isClosed)) await page.click(CLOSED_ROW);
}

/** Titles of a row and of all below it, indented; ports are left out. */
function titlesOf({ title, children }: Row): string[] {
  const below = children.flatMap(child => titlesOf(child)).map(line => `  ${line}`);
  return [title.replace(/(127\.0\.0\.1):\d+/, '$1'), ...below];
}

/** Of the waterfall, with more room than it has beside the details of a span. */
async function takePicture(page: Page, traceId: string, path: string): Promise<void> {
  await page.evaluate(`(() => {
    document.getElementById('${traceId}').scrollIntoView();
    document.querySelector('.resizer.shrink-0').previousElementSibling.style.width = '${WATERFALL_WIDTH}';
  })()`);
  await page.hover('nav header');
  await page.screenshot({ path });
}
