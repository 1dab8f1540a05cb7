import assert from 'node:assert/strict';
import { setTag } from '../../src/index.js';
import { Tracing, type TracingOptions } from '../support/tracing.js';
import { MarkdownFile, onlyCode } from './support/documents.js';

const MAX_TAG_CHARS = 200;
const TURN_MILLIS = 2;
const PREFIX = 'sentry.tag.';

interface Row {
  readonly attribute: string;
  /** Without the prefix. */
  readonly name: string;
  readonly recorded: string;
  readonly tag: string;
  readonly data: string;
}

const ROWS: readonly Row[] = new MarkdownFile('docs/mapping.md')
  .table('Tags of long values')
  .rows.map(([attribute, recorded, tag, data = '']) => ({
    attribute: onlyCode(attribute),
    name: onlyCode(attribute).replace(PREFIX, ''),
    recorded: onlyCode(recorded),
    tag: onlyCode(tag),
    data: onlyCode(data === 'the same' ? recorded : data),
  }));

const TAGS = Object.fromEntries(ROWS.map(({ name, tag }) => [name, tag]));

describe('docs/mapping.md: a URL too long for a tag', () => {
  it('is too long, and the parts it is split into are not', () => {
    const [url, baseUrl, endpoint, parameters] = ROWS.map(({ recorded }) => recorded);
    assert.equal(url, `${baseUrl}${endpoint}${parameters}`);
    assert.deepEqual(
      ROWS.map(({ data }) => data.length > MAX_TAG_CHARS),
      [true, false, false, false],
    );
  });

  it('is cut as a tag, and whole and without its secret in the data', async () => {
    const { tags, data } = await sendRoot(attributesUnder(({ attribute }) => attribute));
    assert.deepEqual(tags, TAGS);
    for (const { attribute, data: expected } of ROWS) assert.equal(data[attribute], expected);
    assert.equal(tags['url']?.length, MAX_TAG_CHARS);
  });

  it('is cut in the same way each time', async () => {
    const attributes = attributesUnder(({ attribute }) => attribute);
    assert.deepEqual((await sendRoot(attributes)).tags, (await sendRoot(attributes)).tags);
  });

  it('becomes the same tags from attributes of other names with tagAttributes', async () => {
    const tagAttributes = ROWS.map(({ name }) => name);
    const { tags, data } = await sendRoot(
      attributesUnder(({ name }) => name),
      { tagAttributes },
    );
    assert.deepEqual(tags, TAGS);
    for (const { name, data: expected } of ROWS) assert.equal(data[name], expected);
  });

  it('becomes the same tags with setTag', async () => {
    const { tags, data } = await sendRoot({}, {}, tracing => {
      const root = tracing.start('search orders');
      for (const { name, recorded } of ROWS) setTag(name, recorded, root);
      root.end();
    });
    assert.deepEqual(tags, TAGS);
    for (const { attribute, data: expected } of ROWS) assert.equal(data[attribute], expected);
  });

  it('has its secret nowhere in what is sent', async () => {
    const { bytes } = await sendRoot(attributesUnder(({ attribute }) => attribute));
    const secret = /token=(\w+)/.exec(ROWS[0]?.recorded ?? '')?.[1] ?? assert.fail('no secret to look for');
    assert.equal(bytes.includes(secret), false);
  });
});

function attributesUnder(nameOf: (row: Row) => string): Record<string, string> {
  return Object.fromEntries(ROWS.map(row => [nameOf(row), row.recorded]));
}

async function sendRoot(
  attributes: Record<string, string>,
  options: TracingOptions = {},
  record = (tracing: Tracing) => tracing.start('search orders', undefined, { attributes }).end(),
) {
  const tracing = new Tracing(options);
  record(tracing);
  await tracing.pass(TURN_MILLIS);
  const [transaction] = tracing.mailbox.transactions;
  assert.ok(transaction);
  const { tags = {}, contexts } = transaction;
  return { tags, data: contexts.trace.data, bytes: JSON.stringify(tracing.mailbox.transactions) };
}
