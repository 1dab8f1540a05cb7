// What the cells of the matrix are checked with. Everything is made when it is first asked for, and once.
import { join } from 'node:path';
import { installLine } from '../compat/lines.mjs';
import { install, pack } from '../support/packed-project.mjs';
import { bundleSmokes } from './bundles.mjs';
import { download, downloadTypeScript } from './downloads.mjs';
import { installWithPnpm } from './pnpm.mjs';
import { copyApplications, REGISTER } from './register-sets.mjs';

export class Workshop {
  #folder;
  #made = new Map();

  /** @param folder an empty one, for packages */
  constructor(folder) {
    this.#folder = folder;
  }

  /** The path of a program: `node`, `bun`, `deno` or `pnpm`. */
  program(name, version) {
    return this.#once(`${name} ${version}`, () => download(name, version));
  }

  /** The path of a compiler. */
  typescript(version) {
    return this.#once(`typescript ${version}`, () => downloadTypeScript(version));
  }

  /** The files of a line, below its packages and the packed project. */
  line(name) {
    return this.#once(`line ${name}`, async () =>
      installLine(name, join(this.#folder, name), await this.#tarball()),
    );
  }

  /** The same as pnpm installs it. */
  pnpmLine(name, version) {
    return this.#once(`pnpm line ${name}`, async () => {
      const pnpm = await this.program('pnpm', version);
      return installWithPnpm(pnpm, name, join(this.#folder, `pnpm-${name}`), await this.#tarball());
    });
  }

  /** The smoke tests of a line with all they need, far from any package: one for each module format. */
  bundles(name) {
    return this.#once(`bundles ${name}`, async () =>
      bundleSmokes(await this.line(name), join(this.#folder, `bundles-${name}`)),
    );
  }

  /** Applications beside a set of packages that `otel-sentry-bridge/register` finds. */
  registerSet(name) {
    return this.#once(`register ${name}`, async () => {
      const folder = join(this.#folder, `register-${name}`);
      await install(join(REGISTER, name), folder, await this.#tarball());
      copyApplications(folder);
      return folder;
    });
  }

  #tarball() {
    return this.#once('tarball', () => pack(this.#folder));
  }

  #once(what, make) {
    if (!this.#made.has(what)) this.#made.set(what, make());
    return this.#made.get(what);
  }
}
