// Compares what the built types offer with the reports in etc/api, one for each entry point. With --update it writes them.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REPORTS = join(ROOT, 'etc/api');
const isUpdate = process.argv.includes('--update');
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-api-'));
const silent = { logLevel: ExtractorLogLevel.None, addToApiReportFile: false };
const changed = [];

mkdirSync(REPORTS, { recursive: true });
try {
  for (const [name, conditions] of Object.entries(exports)) {
    if (name === './package.json') continue;
    const entry = name === '.' ? 'index' : name.slice('./'.length);
    const report = reportOf(entry, join(ROOT, conditions.require.types));
    const path = join(REPORTS, `${entry}.api.md`);
    if (existsSync(path) && readFileSync(path, 'utf8') === report) continue;
    changed.push({ path, report });
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (isUpdate) for (const { path, report } of changed) writeFileSync(path, report);
for (const { path, report } of changed) {
  console.log(`${isUpdate ? 'updated' : 'differs'}: ${path.slice(ROOT.length)}`);
  if (!isUpdate) show(existsSync(path) ? readFileSync(path, 'utf8') : '', report);
}
if (changed.length === 0) console.log('The public API is the one in etc/api.');
else if (!isUpdate) {
  console.log(
    'The public API is not the one in etc/api. If that is meant: npm run check:api -- --update, commit the reports, and say in CHANGELOG.md what changes for users.',
  );
  process.exitCode = 1;
}

function reportOf(entry, types) {
  if (!existsSync(types)) throw new Error(`${types} is missing: npm run build`);
  const { succeeded, errorCount } = Extractor.invoke(
    ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(ROOT, 'package.json'),
      configObject: {
        projectFolder: ROOT,
        mainEntryPointFilePath: types,
        newlineKind: 'lf',
        compiler: {
          overrideTsconfig: {
            compilerOptions: {
              module: 'nodenext',
              moduleResolution: 'nodenext',
              target: 'es2022',
              lib: ['es2022'],
              types: ['node'],
              strict: true,
              skipLibCheck: true,
            },
            files: [types],
          },
        },
        apiReport: {
          enabled: true,
          reportFileName: entry,
          reportFolder: work,
          reportTempFolder: join(work, 'temp'),
          // What can be reached is part of the promise, whether or not it can be imported by name.
          includeForgottenExports: true,
        },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          extractorMessageReporting: {
            default: silent,
          },
          tsdocMessageReporting: { default: silent },
        },
      },
    }),
    {
      localBuild: true,
      messageCallback: message => {
        // It says that it brings an older compiler than the project has; what it reads are plain declarations.
        if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
      },
    },
  );
  if (!succeeded && errorCount > 0) throw new Error(`cannot read ${types}`);
  return readFileSync(join(work, `${entry}.api.md`), 'utf8');
}

/** Lines that are only in one of them, in order. */
function show(before, after) {
  const [old, present] = [before.split('\n'), after.split('\n')];
  for (const line of old.filter(text => !present.includes(text))) console.log(`- ${line}`);
  for (const line of present.filter(text => !old.includes(text))) console.log(`+ ${line}`);
}
