// A service with Sentry's SDK for Node; PACKAGE says which version.
const Sentry = require(process.env.PACKAGE);
const { HopServer } = require('./hop-server.cjs');
const { obey } = require('./obey.cjs');

Sentry.init(JSON.parse(process.env.OPTIONS));

void obey(new HopServer(), () => Sentry.flush(5000));
