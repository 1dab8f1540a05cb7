const { createServer, get } = require('node:http');
const { start } = require('./two-services.cjs');

start({ createServer, get });
