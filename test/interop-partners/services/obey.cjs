const { createInterface } = require('node:readline');

/**
 * Says which port the service has, and then does what each line of its input says: `flush` sends what there is to send
 * and answers. The service ends with its input.
 */
exports.obey = async function obey(server, flush) {
  say({ port: await server.listen() });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'flush') throw new Error(`"${line}" is not understood`);
    await server.idle();
    await flush();
    say({ preflights: server.preflights });
  }
  process.exit(0);
};

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
