import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { freePort, makeFolder, Server } from './server.mjs';

const PROGRAMS = ['epmd', 'erl', 'rabbitmq-server'];

/** Every AMQP 0-9-1 client begins with this. */
const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');

export const rabbitmq = {
  name: 'RabbitMQ',
  variable: 'RABBITMQ_PORT',
  missing: () => PROGRAMS.find(name => findProgram(name) === undefined),
  async start() {
    const [port, namesPort, nodesPort] = await Promise.all([freePort(), freePort(), freePort()]);
    // Erlang would start a daemon for the names of nodes, which stays.
    const names = startNames(namesPort);
    const folder = makeFolder('rabbitmq');
    const server = new Server('rabbitmq-server', folder, findProgram('rabbitmq-server'), [], {
      PATH: process.env.PATH,
      HOME: folder,
      LANG: 'C.UTF-8',
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(namesPort),
      RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
      RABBITMQ_CONFIG_FILE: join(folder, 'none'),
      RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'none'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      RABBITMQ_NODENAME: `instrumentations-${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(nodesPort),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    });
    try {
      await server.answers(port, PROTOCOL_HEADER);
    } catch (error) {
      await names.stop();
      throw error;
    }
    return {
      address: String(port),
      async stop() {
        await server.stop();
        await names.stop();
      },
    };
  },
};

function startNames(port) {
  const args = ['-port', String(port), '-address', '127.0.0.1'];
  return new Server('epmd', makeFolder('epmd'), findProgram('epmd'), args);
}
