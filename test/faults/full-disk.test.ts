import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertExact, lossesOf, sumsOf } from './support/accounts.js';
import type { Statement } from './support/application.js';
import { runChild } from './support/child-process.js';

/** A bound on what a process can write, and how to run one that has it. `$1` is its directory. */
interface Bound {
  readonly name: string;
  readonly command: readonly string[];
  /** What the disk says when there is no room. */
  readonly error: RegExp;
}

const TMPFS = 'mount -t tmpfs -o size=256k tmpfs "$1" && shift && exec "$@"';

/** In order of preference: a disk of its own that ends with the process, as root and without, or small files only. */
const BOUNDS: readonly Bound[] = [
  { name: 'tmpfs', command: ['unshare', '--mount', 'sh', '-c', TMPFS], error: /ENOSPC/ },
  {
    name: 'tmpfs of a user namespace',
    command: ['unshare', '--map-root-user', '--mount', 'sh', '-c', TMPFS],
    error: /ENOSPC/,
  },
  {
    name: 'ulimit -f',
    command: ['sh', '-c', `trap '' XFSZ; shift; ulimit -f 8; exec "$@"`],
    error: /EFBIG/,
  },
];

describe('a spool on a disk that is full', function () {
  this.timeout(60_000);
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'full-disk-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const wrapped = ({ command }: Bound, program: readonly string[]): readonly string[] => [
    ...command,
    'sh',
    directory,
    ...program,
  ];

  function isPossible(bound: Bound): boolean {
    const [command = '', ...args] = wrapped(bound, ['true']);
    return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  }

  it('counts what finds no room, says so once, and sends what was kept', async function () {
    const bound = BOUNDS.find(isPossible);
    if (bound === undefined) {
      console.log('      skipped: neither mount nor ulimit can be used here');
      this.skip();
      return;
    }
    const child = await runChild('full-disk-child.ts', [directory], {
      wrap: program => wrapped(bound, program),
      deadlineMillis: 50_000,
    });
    const { full, lines, received, reports, ...statement } = await child.statement;
    assert.ok(isStatement(full));
    assertExact(full);
    const kept = sumsOf(full.diagnosis.delivery?.spool?.quantities ?? [])['transaction'] ?? 0;
    const lost = lossesOf(full)['network_error/transaction'] ?? 0;
    assert.ok(kept >= 30 && lost > 0, `${kept} kept, ${lost} lost on ${bound.name}`);
    assert.equal(kept + lost, full.ended['transaction']);

    assertExact(statement);
    assert.ok(Array.isArray(received) && Array.isArray(lines) && Array.isArray(reports));
    assert.equal(new Set(received).size, kept + 1);
    assert.equal(received.length, kept + 1);
    assert.ok(reports.length > 0);
    const said = lines.filter(line => String(line).includes('does not work'));
    assert.equal(said.length, 1, lines.join('\n'));
    assert.match(String(said[0]), bound.error);
  });
});

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'ended' in value && 'diagnosis' in value;
}
