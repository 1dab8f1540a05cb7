const base = require('./error-in-span.cjs');

module.exports = {
  ...base,
  title: 'an error in a span is linked with tracePropagationTargets [] in the SDK',
  settings: { sentry: { tracePropagationTargets: [] } },
};
