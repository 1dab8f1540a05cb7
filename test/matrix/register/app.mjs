import { createServer, get } from 'node:http';
import { start } from './two-services.cjs';

start({ createServer, get });
