import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { skipOrFail } from './skip-or-fail.js';

/** Where Debian puts it. */
const CHROMIUM = '/usr/bin/chromium';

/** No place but this machine is looked for, and nothing starts that is not about the page. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** The little of playwright-core that is used. https://playwright.dev/docs/api/class-page */
export interface Page {
  goto(url: string): Promise<unknown>;
  /** Runs in the page. */
  evaluate<Result>(expression: string): Promise<Result>;
  waitForSelector(selector: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  hover(selector: string): Promise<void>;
  screenshot(options: { path: string }): Promise<unknown>;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  close(): Promise<void>;
}

export interface Browser {
  newPage(options?: { viewport: { width: number; height: number } }): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser>;
  };
}

/** A hook for tests that need a browser. */
export function needsChromium(this: Mocha.Context): void {
  if (!existsSync(CHROMIUM)) skipOrFail(this, `${CHROMIUM} is not there: apt-get install chromium`);
}

/**
 * A browser without a window, with a profile of its own that is deleted with it.
 *
 * @param folder where playwright-core is installed
 */
export async function launchChromium(folder: string): Promise<Browser> {
  const playwright: unknown = createRequire(join(folder, 'package.json'))('playwright-core');
  assert.ok(isPlaywright(playwright));
  return playwright.chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

function isPlaywright(value: unknown): value is Playwright {
  return typeof value === 'object' && value !== null && 'chromium' in value;
}
