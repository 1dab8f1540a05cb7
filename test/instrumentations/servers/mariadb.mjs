import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './find-program.mjs';
import { freePort, makeFolder, Server } from './server.mjs';

const PROGRAMS = ['mariadb-install-db', 'mariadbd'];
const INSTALL_TIMEOUT_MILLIS = 60_000;

export const mariadb = {
  name: 'MariaDB',
  variable: 'MARIADB_PORT',
  missing: () => PROGRAMS.find(name => findProgram(name) === undefined),
  async start() {
    const port = await freePort();
    const folder = makeFolder('mariadb');
    const common = ['--no-defaults', `--datadir=${join(folder, 'data')}`, ...asCurrentUser()];
    const install = [...common, '--auth-root-authentication-method=normal', '--skip-test-db'];
    await promisify(execFile)(findProgram('mariadb-install-db'), install, {
      timeout: INSTALL_TIMEOUT_MILLIS,
    });
    const server = new Server('mariadbd', folder, findProgram('mariadbd'), [
      ...common,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--tmpdir=${folder}`,
      '--skip-name-resolve',
    ]);
    await server.answers(port);
    return { address: String(port), stop: () => server.stop() };
  },
};

/** It refuses to run as root without being told so. */
function asCurrentUser() {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
