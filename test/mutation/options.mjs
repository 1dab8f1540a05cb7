/**
 * Whose code is changed, with the tests that say what it has to do: those alone, for what many tests notice by the way
 * would take much longer.
 */
export const DIRECTORIES = {
  protocol: ['test/protocol/*.test.ts'],
  sampling: ['test/sampling/*.test.ts', 'test/sampler.test.ts'],
  assembly: ['test/assembly/*.test.ts', 'test/span-processor.test.ts', 'test/span-exporter.test.ts'],
  conversion: ['test/conversion/**/*.test.ts'],
};

/** Thousands of random spans each time: what they notice, they notice by chance. */
const IGNORED = ['test/conversion/privacy/secrets.property.test.ts'];

/** What tests by the clock say of a change is chance. */
const UNTIMED = '/^(?!.*(takes time in proportion|takes no longer for long|quickly))/';

/** Replaced in the copy by one that remembers nothing. */
const CACHE = 'src/conversion/cached-by-name.ts';

/** Percent of the changes that tests have to notice. */
const LEAST_SCORE = 85;

/** What the tests need to find in the copy that is changed. */
const COPIED = ['src', 'test', 'package.json', 'tsconfig.json', '.mocharc.json'];

/** @param {string} target a directory of `src`, or a file in it */
export function optionsFor(target) {
  const [directory = ''] = target.split('/');
  const isFile = target.endsWith('.ts');
  const report = `coverage/mutation/${target.replaceAll('/', '-')}`;
  return {
    mutate: [isFile ? `src/${target}` : `src/${target}/**/*.ts`, `!${CACHE}`],
    buildCommand: 'node test/mutation/without-caches.mjs',
    ignorePatterns: ['/*', ...COPIED.map(name => `!/${name}`)],
    testRunner: 'mocha',
    testRunnerNodeArgs: ['--import', 'tsx'],
    mochaOptions: { config: '.mocharc.json', spec: DIRECTORIES[directory], ignore: IGNORED, grep: UNTIMED },
    coverageAnalysis: 'perTest',
    // Tables and expressions that are made on import: each change of them needs a process of its own.
    ignoreStatic: directory === 'conversion' || directory === 'protocol',
    disableTypeChecks: false,
    // Stryker rewrites the one named here by means that TypeScript 7 does not have; ours is good as it is.
    tsconfigFile: 'none',
    concurrency: 2,
    tempDirName: 'coverage/mutation/tmp',
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'clear-text', 'html', 'json'],
    clearTextReporter: { reportTests: false, allowColor: false, skipFull: true },
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
    thresholds: { high: 95, low: LEAST_SCORE, break: isFile ? null : LEAST_SCORE },
  };
}
