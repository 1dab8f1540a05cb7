// For mocha under c8: what child processes do is not counted. They load the same sources in another module format, and
// the counts of two formats cannot be added up.
delete process.env.NODE_V8_COVERAGE;
