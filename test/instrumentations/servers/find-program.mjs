import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian hides RabbitMQ's own script behind one of the same name, which becomes the user of its service. */
const FIRST = ['/usr/lib/rabbitmq/bin'];
/** Where servers are, which is not on everybody's path. */
const LAST = ['/usr/local/sbin', '/usr/sbin'];

/** The path of a program, if it is installed. */
export function findProgram(name) {
  const folders = [...FIRST, ...(process.env.PATH ?? '').split(delimiter), ...LAST];
  return folders.map(folder => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
