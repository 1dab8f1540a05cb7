// The end of a chain: traces nothing and tells what it has received.
const { HopServer } = require('./hop-server.cjs');
const { obey } = require('./obey.cjs');

void obey(new HopServer(), async () => undefined);
