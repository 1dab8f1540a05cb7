import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { describeSpan } from '../../src/conversion/operation.js';
import { streamedName } from '../../src/conversion/span-name.js';
import { buildSpan, type SpanInit } from '../support/spans.js';

const { SERVER, CLIENT, PRODUCER, INTERNAL } = SpanKind;
const GET = { 'http.request.method': 'GET' };
const SQL = { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT * FROM users WHERE id = 7' };
const KAFKA = { 'messaging.system': 'kafka', 'messaging.operation.type': 'send' };

const NAMES: readonly (readonly [name: string, span: SpanInit])[] = [
  [
    'GET /users/:id',
    { kind: SERVER, attributes: { ...GET, 'http.route': '/users/:id', 'url.path': '/users/7' } },
  ],
  ['GET', { kind: SERVER, attributes: { ...GET, 'url.path': '/users/7' } }],
  ['GET /', { kind: SERVER, attributes: { ...GET, 'url.path': '/' } }],
  ['HTTP', { kind: SERVER, attributes: { 'http.request.method': '_OTHER', 'url.path': '/users/7' } }],
  [
    'GET api.example.com',
    { kind: CLIENT, attributes: { ...GET, 'url.full': 'https://u:p@api.example.com:8443/7' } },
  ],
  [
    'GET api.example.com',
    { kind: CLIENT, attributes: { ...GET, 'server.address': 'api.example.com', 'server.port': 8443 } },
  ],
  [
    'GET /users/{id}',
    {
      kind: CLIENT,
      attributes: { ...GET, 'url.template': '/users/{id}', 'url.full': 'https://a.example/users/7' },
    },
  ],
  ['GET', { kind: CLIENT, attributes: { ...GET, 'url.full': '/users/7' } }],
  [
    'my request',
    { name: 'my request', kind: INTERNAL, attributes: { ...GET, 'url.full': 'https://a.example/7' } },
  ],
  ['SELECT users', { kind: CLIENT, attributes: { ...SQL, 'db.query.summary': 'SELECT users' } }],
  [
    'SELECT users',
    { kind: CLIENT, attributes: { ...SQL, 'db.operation.name': 'SELECT', 'db.collection.name': 'users' } },
  ],
  ['SELECT shop', { kind: CLIENT, attributes: { ...SQL, 'db.operation': 'SELECT', 'db.name': 'shop' } }],
  ['pg.query:SELECT shop', { name: 'pg.query:SELECT shop', kind: CLIENT, attributes: SQL }],
  ['postgresql', { name: SQL['db.query.text'], kind: CLIENT, attributes: SQL }],
  ['send orders', { kind: PRODUCER, attributes: { ...KAFKA, 'messaging.destination.name': 'orders' } }],
  [
    'send',
    {
      kind: PRODUCER,
      attributes: {
        ...KAFKA,
        'messaging.destination.name': 'amq.gen-4711',
        'messaging.destination.temporary': true,
      },
    },
  ],
  [
    'send orders-{region}',
    {
      kind: PRODUCER,
      attributes: {
        ...KAFKA,
        'messaging.destination.name': 'orders-eu',
        'messaging.destination.template': 'orders-{region}',
      },
    },
  ],
  ['orders send', { name: 'orders send', kind: PRODUCER, attributes: { 'messaging.system': 'kafka' } }],
  ['chat gpt-5', { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-5' } }],
  [
    'invoke_agent planner',
    { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' } },
  ],
  [
    'HTTP a.example',
    { kind: CLIENT, attributes: { 'http.method': '_OTHER', 'http.url': 'https://a.example/7' } },
  ],
  ['work', { name: 'work', kind: CLIENT, attributes: { ...GET, 'sentry.segment.name.source': 'custom' } }],
  ['GET', { name: 'GET /7', kind: SERVER, attributes: { ...GET, 'http.target': '/7?a=b' } }],
  ['GET', { name: 'GET', kind: CLIENT, attributes: GET }],
  ['GET a', { name: 'own', attributes: { ...GET, 'url.full': 'https://a/7', 'sentry.origin': 'auto.http' } }],
  [
    'tools/call',
    {
      name: 'tools/call',
      kind: SERVER,
      attributes: { 'mcp.method.name': 'tools/call', ...GET, 'http.route': '/mcp' },
    },
  ],
  [
    'GET a.example',
    {
      name: 'GET https://a.example/7',
      kind: CLIENT,
      attributes: { ...GET, 'url.full': 'https://a.example/7' },
    },
  ],
  [
    'find ?x-real-ip=[Filtered]',
    { kind: CLIENT, attributes: { 'db.system': 'mongodb', 'db.query.summary': 'find ?x-real-ip=1' } },
  ],
  ['tools/call', { name: 'tools/call', attributes: { 'mcp.method.name': 'tools/call', ...GET } }],
  ...['db.sql.table', 'db.mongodb.collection', 'db.stored_procedure.name', 'db.namespace'].map(
    (target): [string, SpanInit] => [
      'find users',
      {
        kind: CLIENT,
        attributes: { 'db.system': 'mongodb', 'db.operation.name': 'find', [target]: 'users' },
      },
    ],
  ),
  ['PING', { kind: CLIENT, attributes: { 'db.system': 'redis', 'db.operation': 'PING' } }],
  ['connect', { name: 'connect', kind: CLIENT, attributes: { 'db.system': 'redis' } }],
  [
    'mysql',
    { name: 'SELECT 1', kind: CLIENT, attributes: { 'db.system': 'mysql', 'db.statement': 'SELECT 1' } },
  ],
  ...['messaging.operation.name', 'messaging.operation.type', 'messaging.operation'].map(
    (operation): [string, SpanInit] => [
      'ack orders',
      {
        kind: PRODUCER,
        attributes: { 'messaging.system': 'kafka', [operation]: 'ack', 'messaging.destination': 'orders' },
      },
    ],
  ),
  [
    'send',
    {
      kind: PRODUCER,
      attributes: {
        ...KAFKA,
        'messaging.destination.name': 'amq.1',
        'messaging.destination.anonymous': true,
      },
    },
  ],
  [
    'execute_tool search',
    { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' } },
  ],
  ['chat', { attributes: { 'gen_ai.operation.name': 'chat' } }],
  ['work', { name: 'work' }],
  [
    'user page',
    { kind: SERVER, attributes: { ...GET, 'url.path': '/users/7', 'sentry.custom_span_name': 'user page' } },
  ],
  [
    'own',
    { name: 'own', kind: SERVER, attributes: { ...GET, 'url.path': '/users/7', 'sentry.source': 'custom' } },
  ],
];

describe('streamedName', () => {
  for (const [name, init] of NAMES) {
    it(`is ${name} for ${JSON.stringify({ kind: init.kind, ...init.attributes })}`, () => {
      const span = buildSpan(init);
      assert.equal(streamedName(span, describeSpan(span).description), name);
    });
  }
});
