import assert from 'node:assert/strict';
import { filterConnectionString } from '../../../src/conversion/privacy/connection-string-filter.js';

describe('filterConnectionString', () => {
  const rows: Readonly<Record<string, string>> = {
    'postgresql://localhost:5432/shop': 'postgresql://localhost:5432/shop',
    'postgresql://app:pw@localhost/shop': 'postgresql://[filtered]:[filtered]@localhost/shop',
    'postgresql://h/shop?user=app&password=pw': 'postgresql://h/shop?user=app&password=[Filtered]',
    'host=h user=app password=pw dbname=d': 'host=h user=app password=[Filtered] dbname=d',
    "host=h password='p w' dbname=d": 'host=h password=[Filtered] dbname=d',
    'host=h password = pw': 'host=h password = [Filtered]',
    'Server=h;User Id=app;Password=pw;Database=d': 'Server=h;User Id=app;Password=[Filtered];Database=d',
    'Driver={x};PWD={p;w};Uid=app': 'Driver={x};PWD=[Filtered];Uid=app',
    'jdbc:sqlserver://h:1433;user=app;password=pw': 'jdbc:sqlserver://h:1433;user=app;password=[Filtered]',
    'AccountName=a;AccountKey=k==;': 'AccountName=a;AccountKey=[Filtered];',
    'app:pw@tcp(h:3306)/shop': '[Filtered]@tcp(h:3306)/shop',
    'jdbc:oracle:thin:scott/tiger@//h:1521/x': '[Filtered]@//h:1521/x',
    'postgresql://h/shop?x-real-ip=1': 'postgresql://h/shop?x-real-ip=[Filtered]',
    'host=h via=x': 'host=h via=x',
    localhost: 'localhost',
  };
  for (const [text, filtered] of Object.entries(rows)) {
    it(`turns "${text}" into "${filtered}"`, () => assert.equal(filterConnectionString(text), filtered));
  }

  it('takes time in proportion to the length', () => {
    for (const hostile of ['a', 'a ', ' ', 'a={;', 'a="', '=']) {
      const begin = performance.now();
      filterConnectionString(`x://${hostile.repeat(20_000)}`);
      assert.ok(performance.now() - begin < 500, hostile);
    }
  });
});
