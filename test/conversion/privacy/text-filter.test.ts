import assert from 'node:assert/strict';
import { filterText } from '../../../src/conversion/privacy/text-filter.js';

describe('filterText', () => {
  const untouched = [
    '',
    'GET',
    'plain text',
    'SELECT * FROM t WHERE id = ? AND token = ?',
    'INSERT INTO t VALUES (?, ?, ?); -- a=b',
    'SELECT a?b FROM t',
    'UPDATE t SET a=?,token=1',
    'UPDATE t SET a=?;token=1',
    'f(a=?)&token=1',
    'a = b # comment',
    '// token=x',
    'user@example.com',
    'data:1,2',
    'metadata: x, y',
    'metadata:a/b,c',
    'data:a,b/c',
    'https://h/a?page=2',
  ];
  for (const text of untouched) {
    it(`leaves "${text}" alone`, () => assert.equal(filterText(text, false), text));
  }

  const rows: Readonly<Record<string, string>> = {
    'https://u:p@h/': 'https://[filtered]:[filtered]@h/',
    'see https://u:p@h/?token=x now': 'see https://[filtered]:[filtered]@h/?token=[Filtered] now',
    'GET /a?token=x': 'GET /a?token=[Filtered]',
    ' /a?token=x': ' /a?token=[Filtered]',
    ' #token=x': ' #token=[Filtered]',
    '? /a?token=x': '? /a?token=[Filtered]',
    '?sid=a': '?sid=[Filtered]',
    '//u:p@h/a': '//[filtered]:[filtered]@h/a',
    '{"url":"https://u:p@h/?token=x","b":1}':
      '{"url":"https://[filtered]:[filtered]@h/?token=[Filtered]","b":1}',
    '{\\"url\\":\\"https://u:p@h/?token=x\\"}':
      '{\\"url\\":\\"https://[filtered]:[filtered]@h/?token=[Filtered]\\"}',
    '<a href="https://u:p@h">': '<a href="https://[filtered]:[filtered]@h">',
    'url=https://u:p@h': 'url=https://[filtered]:[filtered]@h',
    'open #access_token=x': 'open #access_token=[Filtered]',
    'image data:image/png;base64,AAAA end': 'image data:image/png end',
    'gen_ai.data:text/plain;charset=utf-8,secret': 'gen_ai.data:text/plain',
    'redis://:pw@h:6379': 'redis://[filtered]:[filtered]@h:6379',
    'a\nhttps://u:p@h\tb': 'a\nhttps://[filtered]:[filtered]@h\tb',
  };
  for (const [text, filtered] of Object.entries(rows)) {
    it(`turns ${JSON.stringify(text)} into ${JSON.stringify(filtered)}`, () => {
      assert.equal(filterText(text, false), filtered);
    });
  }

  it('takes time in proportion to the length', () => {
    for (const hostile of ['?', '?a=', '//@ ', '#=', 'data:', 'data:a/', 'https://u:p@h ']) {
      const begin = performance.now();
      filterText(`=${hostile.repeat(20_000)}`, false);
      assert.ok(performance.now() - begin < 500, hostile);
    }
  });
});
