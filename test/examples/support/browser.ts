import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const LAUNCH_TIMEOUT_MILLIS = 60_000;
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** It is alone on the machine: no sandbox for root, nothing that looks for news elsewhere. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is, if it is installed. `CHROMIUM_PATH` says so for other places. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH } = process.env;
  return [...(CHROMIUM_PATH === undefined ? [] : [CHROMIUM_PATH]), ...PLACES].find(existsSync);
}

/** A headless Chromium with a profile of its own. */
export class Browser {
  readonly #context: BrowserContext;
  readonly #profile: string;
  readonly #errors = new WeakMap<Page, string[]>();

  static async launch(executablePath: string): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: FLAGS,
      headless: true,
      timeout: LAUNCH_TIMEOUT_MILLIS,
    });
    return new Browser(context, profile);
  }

  private constructor(context: BrowserContext, profile: string) {
    this.#context = context;
    this.#profile = profile;
  }

  async open(url: string): Promise<Page> {
    const page = await this.#context.newPage();
    const errors: string[] = [];
    this.#errors.set(page, errors);
    page.on('pageerror', error => errors.push(String(error)));
    await page.goto(url);
    return page;
  }

  /** Resolves with the errors its scripts have thrown. */
  async closePage(page: Page): Promise<readonly string[]> {
    await page.close();
    return this.#errors.get(page) ?? [];
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
