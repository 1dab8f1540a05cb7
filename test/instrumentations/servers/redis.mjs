import { findProgram } from './find-program.mjs';
import { freePort, makeFolder, Server } from './server.mjs';

export const redis = {
  name: 'Redis',
  variable: 'REDIS_PORT',
  missing: () => (findProgram('redis-server') ? undefined : 'redis-server'),
  async start() {
    const port = await freePort();
    const folder = makeFolder('redis');
    const args = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    const server = new Server('redis-server', folder, findProgram('redis-server'), args.map(String));
    await server.answers(port, 'PING\r\n');
    return { address: String(port), stop: () => server.stop() };
  },
};
