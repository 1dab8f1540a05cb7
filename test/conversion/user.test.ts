import assert from 'node:assert/strict';
import { eventUser } from '../../src/conversion/user.js';
import type { JsonObject, UserJson } from '../../src/protocol/transaction.js';

describe('eventUser', () => {
  it('is absent when nothing is known', () => {
    assert.equal(eventUser({ a: 1 }, {}), undefined);
  });

  const rows: readonly (readonly [JsonObject, UserJson])[] = [
    [{ 'user.id': 'u1' }, { id: 'u1' }],
    [{ 'user.id': 7 }, { id: '7' }],
    [{ 'enduser.id': 'e1' }, { id: 'e1' }],
    [{ 'enduser.pseudo.id': 'p1' }, { id: 'p1' }],
    [{ 'enduser.id': 'e1', 'user.id': 'u1' }, { id: 'u1' }],
    [{ 'enduser.id': 'e1', 'user.id': '' }, { id: 'e1' }],
    [
      { 'user.email': 'a@b.c', 'user.name': 'bob', 'user.full_name': 'Bob B' },
      { email: 'a@b.c', username: 'bob', name: 'Bob B' },
    ],
    [{ 'user.ip_address': '2001:db8::1' }, { ip_address: '2001:db8::1' }],
    [{ 'client.address': '198.51.100.4' }, { ip_address: '198.51.100.4' }],
    [{ 'http.client_ip': '198.51.100.4' }, { ip_address: '198.51.100.4' }],
    [
      { 'user.roles': ['admin'], 'enduser.scope': 's' },
      { data: { 'user.roles': ['admin'], 'enduser.scope': 's' } },
    ],
    [{ 'sentry.user.id': 'explicit', 'user.id': 'u1' }, { id: 'explicit' }],
    [
      {
        'sentry.user.email': 'a@b',
        'sentry.user.username': 'n',
        'sentry.user.name': 'N',
        'sentry.user.ip_address': '1.2.3.4',
      },
      { email: 'a@b', username: 'n', name: 'N', ip_address: '1.2.3.4' },
    ],
  ];
  for (const [data, user] of rows) {
    it(`is ${JSON.stringify(user)} for ${JSON.stringify(data)}`, () =>
      assert.deepEqual(eventUser(data, {}), user));
  }

  it('has no address that is none', () => {
    for (const address of [
      '/tmp/socket',
      'client.example.com',
      'localhost',
      'client:80',
      '1.2.3.4/x',
      'zabc',
      '',
    ]) {
      assert.equal(eventUser({ 'client.address': address }, {}), undefined, address);
    }
  });

  it('looks at the resource where the root says nothing', () => {
    assert.deepEqual(eventUser({ 'user.name': 'bob' }, { 'user.id': 'r', 'user.name': 'x' }), {
      id: 'r',
      username: 'bob',
    });
  });
});
