import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { spanData } from '../../src/conversion/data.js';
import { buildSpan } from '../support/spans.js';

function dataOf(attributes: Readonly<Record<string, unknown>>, kind = SpanKind.CLIENT) {
  const span = buildSpan({ attributes, kind });
  return spanData(span, { origin: 'manual' }, { allowsPii: true, isOutgoing: kind === SpanKind.CLIENT });
}

/** `old new`, and the side of a call on which they mean the same, if only on one. */
const ALIASES = `
http.method http.request.method
http.status_code http.response.status_code
http.status_text http.response.status_text
http.url url.full
url url.full
http.scheme url.scheme
http.flavor network.protocol.version
net.protocol.version network.protocol.version
net.protocol.name network.protocol.name
http.user_agent user_agent.original
http.client_ip client.address
http.server_name server.address
net.host.name server.address SERVER
net.host.port server.port SERVER
net.peer.name server.address CLIENT
net.peer.port server.port CLIENT
http.host server.address
net.peer.ip network.peer.address
net.sock.peer.addr network.peer.address
net.sock.peer.port network.peer.port
net.host.ip network.local.address
net.sock.host.addr network.local.address
net.sock.host.port network.local.port
http.request_content_length http.request.body.size
http.response_content_length http.response.body.size
http.request_content_length_uncompressed http.request.body.decoded_size
http.response_content_length_uncompressed http.response.body.decoded_size
db.system db.system.name
db.statement db.query.text
db.operation db.operation.name
db.name db.namespace
db.mongodb.collection db.collection.name
messaging.destination messaging.destination.name
messaging.message_id messaging.message.id
messaging.operation messaging.operation.name
messaging.conversation_id messaging.message.conversation_id
messaging.rabbitmq.routing_key messaging.rabbitmq.destination.routing_key
rpc.system rpc.system.name
rpc.grpc.status_code rpc.response.status_code
faas.execution faas.invocation_id
faas.id cloud.resource_id
gen_ai.system gen_ai.provider.name
gen_ai.usage.prompt_tokens gen_ai.usage.input_tokens
gen_ai.usage.completion_tokens gen_ai.usage.output_tokens
graphql.source graphql.document
code.filepath code.file.path
code.lineno code.line.number
mcp.tool.name gen_ai.tool.name
mcp.prompt.name gen_ai.prompt.name
mcp.request.id jsonrpc.request.id
profile_id sentry.profile_id
release sentry.release
environment sentry.environment
db.system.name db.system
http.request.method http.method
`
  .trim()
  .split('\n')
  .map(line => line.split(' '));

describe('aliases of attributes', () => {
  for (const [old = '', successor = '', side] of ALIASES) {
    it(`write ${old} as ${successor}${side ? ` on the ${side} side` : ''} as well`, () => {
      for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
        const data = dataOf({ [old]: 'value' }, kind);
        assert.equal(data[old], 'value');
        assert.equal(data[successor], side === undefined || side === SpanKind[kind] ? 'value' : undefined);
      }
    });

    it(`leave ${successor} alone where it is there`, () => {
      const kind = side === 'SERVER' ? SpanKind.SERVER : SpanKind.CLIENT;
      assert.equal(dataOf({ [successor]: 'mine', [old]: 'value' }, kind)[successor], 'mine');
      assert.equal(dataOf({ [old]: 'value', [successor]: 'mine' }, kind)[successor], 'mine');
    });
  }

  for (const [transport, successor] of [
    ['ip_tcp', 'tcp'],
    ['ip_udp', 'udp'],
    ['pipe', 'pipe'],
    ['unix', 'unix'],
    ['inproc', undefined],
  ] as const) {
    it(`write net.transport ${transport} as ${successor}`, () => {
      const data = dataOf({ 'net.transport': transport });
      assert.equal(data['network.transport'], successor);
      assert.equal('network.transport' in data, successor !== undefined);
    });
  }

  describe('of the Host header', () => {
    for (const [host, address, port] of [
      ['h', 'h', undefined],
      ['h:8080', 'h', 8080],
      ['[::1]:8080', '[::1]', 8080],
      ['[::1]', '[::1]', undefined],
      ['::1', '::1', undefined],
      ['h:x', 'h:x', undefined],
      ['h:x80', 'h:x80', undefined],
      ['h:80x', 'h:80x', undefined],
      ['h:123456', 'h:123456', undefined],
      [':80', ':80', undefined],
      ['', undefined, undefined],
    ] as const) {
      it(`split "${host}"`, () => {
        const data = dataOf({ 'http.host': host }, SpanKind.SERVER);
        assert.deepEqual([data['server.address'], data['server.port']], [address, port]);
        assert.equal('server.port' in data, port !== undefined);
      });
    }

    it('give way to every other name of the server', () => {
      const attributes = { 'http.host': 'header:1', 'net.host.name': 'name', 'net.host.port': 2 };
      const data = dataOf(attributes, SpanKind.SERVER);
      assert.deepEqual([data['server.address'], data['server.port']], ['name', 2]);
    });
  });

  it('say nothing where there was nothing', () => {
    assert.equal('messaging.destination.name' in dataOf({ 'messaging.destination': '' }), false);
  });

  describe('name the queue of a message', () => {
    const published = { 'messaging.destination': '', 'messaging.rabbitmq.routing_key': 'orders' };

    it('after its routing key when its exchange is the default one', () => {
      assert.equal(dataOf(published, SpanKind.PRODUCER)['messaging.destination.name'], 'orders');
    });

    it('not when nothing says which exchange it is', () => {
      const attributes = { 'messaging.rabbitmq.routing_key': 'orders' };
      assert.equal('messaging.destination.name' in dataOf(attributes, SpanKind.PRODUCER), false);
    });

    it('after its exchange when that has a name', () => {
      const data = dataOf({ ...published, 'messaging.destination': 'shop' }, SpanKind.PRODUCER);
      assert.equal(data['messaging.destination.name'], 'shop');
    });

    it('as the span does when it does', () => {
      const data = dataOf({ ...published, 'messaging.destination.name': 'mine' }, SpanKind.PRODUCER);
      assert.equal(data['messaging.destination.name'], 'mine');
    });
  });

  it('do not bring back what may not leave', () => {
    const span = buildSpan({ attributes: { 'http.client_ip': '1.2.3.4' }, kind: SpanKind.SERVER });
    const data = spanData(span, { origin: 'manual' }, { allowsPii: false, isOutgoing: false });
    assert.equal(JSON.stringify(data).includes('1.2.3.4'), false);
  });

  it('copy filtered values', () => {
    assert.equal(
      dataOf({ 'http.url': 'https://u:p@h/?token=x' })['url.full'],
      'https://[filtered]:[filtered]@h/?token=[Filtered]',
    );
  });
});
