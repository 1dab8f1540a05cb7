import { Client } from 'pg';

const CREATE = `
  drop schema if exists bridge_demo cascade;
  create schema bridge_demo;
  create table bridge_demo.orders (
    id int primary key generated always as identity, sku text, quantity int, is_confirmed boolean default false
  );
  create table bridge_demo.prices (sku text primary key, cents int);
  create table bridge_demo.exports (id int primary key generated always as identity, lines int);
  insert into bridge_demo.orders (sku, quantity) values ('tea', 2), ('mug', 1), ('spoon', 6);
  insert into bridge_demo.prices values ('tea', 450), ('mug', 1200), ('spoon', 300);
`;

const DROP = 'drop schema bridge_demo cascade';

/** Creates the tables of the shop, in a schema of their own. Resolves with a function that removes them. */
export async function createTables(connectionString) {
  await run(connectionString, CREATE);
  return () => run(connectionString, DROP);
}

async function run(connectionString, statements) {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}
