const base = require('./error-in-span.cjs');

module.exports = {
  ...base,
  title: 'an error in a span is linked through the registered propagator, without naming the bridge',
  settings: { linksBridge: false },
};
