import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseStack } from '../../src/errors/stack-parser.js';
import type { StackFrameJson } from '../../src/protocol/error-event.js';
import { anyUtf16, patternOf, textOf } from '../support/arbitraries/text.js';
import { assertQuick } from '../support/growth.js';
import { runs } from '../support/property-runs.js';

const LINES: readonly [line: string, frame: StackFrameJson | undefined][] = [
  [
    'at getUser (/srv/app/src/users.js:12:15)',
    { function: 'getUser', filename: '/srv/app/src/users.js', lineno: 12, colno: 15, in_app: true },
  ],
  [
    'at async OrderService.load (file:///srv/app/dist/orders.mjs:88:7)',
    {
      function: 'OrderService.load',
      filename: '/srv/app/dist/orders.mjs',
      lineno: 88,
      colno: 7,
      in_app: true,
    },
  ],
  [
    'at new Foo (/srv/app/a b/%C3%A9.js:1:2)',
    { function: 'new Foo', filename: '/srv/app/a b/é.js', lineno: 1, colno: 2, in_app: true },
  ],
  [
    'at Object.<anonymous> (/srv/app/node_modules/express/lib/router.js:95:5)',
    {
      function: 'Object.?',
      filename: '/srv/app/node_modules/express/lib/router.js',
      lineno: 95,
      colno: 5,
      in_app: false,
    },
  ],
  [
    'at Layer.handle [as handle_request] (/srv/app/layer.js:1:1)',
    {
      function: 'Layer.handle [as handle_request]',
      filename: '/srv/app/layer.js',
      lineno: 1,
      colno: 1,
      in_app: true,
    },
  ],
  [
    'at /srv/app/src/anon.ts:3:4',
    { function: '?', filename: '/srv/app/src/anon.ts', lineno: 3, colno: 4, in_app: true },
  ],
  [
    'at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    {
      function: 'process.processTicksAndRejections',
      filename: 'node:internal/process/task_queues',
      lineno: 95,
      colno: 5,
      in_app: false,
    },
  ],
  ['at JSON.parse (<anonymous>)', { function: 'JSON.parse', filename: '<anonymous>', in_app: false }],
  ['at async Promise.all (index 0)', { function: 'Promise.all', filename: 'index 0', in_app: false }],
  [
    'at fn (C:\\app\\win.js:4:5)',
    { function: 'fn', filename: 'C:\\app\\win.js', lineno: 4, colno: 5, in_app: true },
  ],
  [
    'at fn (file:///C:/app/win.mjs:4:5)',
    { function: 'fn', filename: 'C:/app/win.mjs', lineno: 4, colno: 5, in_app: true },
  ],
  ['at native', undefined],
  [
    'at eval (eval at run (/srv/app/e.js:3:1), <anonymous>:1:7)',
    {
      function: 'eval',
      filename: 'eval at run (/srv/app/e.js:3:1), <anonymous>',
      lineno: 1,
      colno: 7,
      in_app: false,
    },
  ],
  [
    'at wasm://wasm/0004e1fe:wasm-function[12]:0x3f',
    { function: '?', filename: 'wasm://wasm/0004e1fe:wasm-function[12]:0x3f', in_app: true },
  ],
  [
    `at fn (/srv/a.js:${'9'.repeat(20)}:1)`,
    { function: 'fn', filename: `/srv/a.js:${'9'.repeat(20)}`, lineno: 1, in_app: true },
  ],
  ['Error: not a frame', undefined],
  ['', undefined],
];

describe('parseStack()', () => {
  for (const [line, frame] of LINES) {
    it(`reads ${JSON.stringify(line)} as ${frame === undefined ? 'no frame' : frame.function}`, () => {
      assert.deepEqual(parseStack(`Error: x\n    ${line}`), frame === undefined ? [] : [frame]);
    });
  }

  it('puts the frame that threw last', () => {
    const frames = parseStack('Error: x\n    at inner (/a.js:1:1)\n    at outer (/a.js:2:1)');
    assert.deepEqual(
      frames.map(frame => frame.function),
      ['outer', 'inner'],
    );
  });

  it('reads a real stack of this process', () => {
    const frames = parseStack(new Error('here').stack ?? '');
    assert.match(frames.at(-1)?.filename ?? '', /stack-parser\.test\.ts$/);
    assert.equal(frames.at(-1)?.in_app, true);
  });

  it('skips the lines of a message that spans several', () => {
    assert.equal(
      parseStack('Error: first\nsecond line\n  at risk of looking\n    at fn (/a.js:1:1)').at(-1)?.function,
      'fn',
    );
  });

  it('keeps the 50 frames nearest to the throw', () => {
    const stack = Array.from({ length: 80 }, (_, index) => `    at f${index} (/a.js:${index + 1}:1)`).join(
      '\n',
    );
    const frames = parseStack(`Error\n${stack}`);
    assert.equal(frames.length, 50);
    assert.equal(frames.at(-1)?.function, 'f0');
  });

  for (const [file, module] of [
    ['/srv/app/dist/orders.js', 'dist:orders'],
    ['/srv/app/index.mjs', 'index'],
    ['/srv/app/src/deep/er/a.cts', 'src.deep.er:a'],
    ['/srv/app/node_modules/pg/lib/client.js', 'pg.lib:client'],
    ['/elsewhere/x.js', 'x'],
    ['node:fs', undefined],
  ] as const) {
    it(`names the module of ${file} ${module ?? 'not at all'}`, () => {
      assert.equal(parseStack(`Error\n    at fn (${file}:1:1)`, '/srv/app')[0]?.module, module);
    });
  }

  const pieces = [
    '\n    at ',
    'at',
    'async ',
    'new ',
    'fn',
    ' (',
    '(',
    ')',
    ':',
    ':1',
    ':12:34',
    ' ',
    '<anonymous>',
    'file://',
    'file:///C:/',
    'node:',
    '/srv/a.js',
    '/node_modules/',
    'C:\\a.js',
    '%',
    '%C3%A9',
    '%zz',
    '[as x]',
    'eval at ',
    'wasm://',
    '9'.repeat(40),
    '\r',
  ];

  it('makes frames that Sentry reads of whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(textOf(pieces, 40), anyUtf16), stack => {
        for (const frame of parseStack(stack, '/srv')) {
          assert.deepEqual(JSON.parse(JSON.stringify(frame)), frame);
          assert.notEqual(frame.function, '');
          for (const number of [frame.lineno, frame.colno])
            assert.ok(number === undefined || Number.isSafeInteger(number), `${number}`);
        }
      }),
      { numRuns: runs(300) },
    );
  });

  it('takes time in proportion to the length, of lines as of stacks', () => {
    fc.assert(
      fc.property(patternOf(pieces), patternOf(pieces), (start, pattern) => {
        assertQuick(start, pattern, parseStack);
      }),
      { numRuns: runs(20) },
    );
  });
});
