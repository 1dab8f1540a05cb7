import { tracer } from './otel.mjs';
import { burn } from './burn.mjs';

tracer.startSpan('open');
burn(100);
process.exit(7);
