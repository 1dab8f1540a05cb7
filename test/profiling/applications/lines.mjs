import { tracer } from './otel.mjs';
import { outer } from './burn.mjs';

const span = tracer.startSpan('work');
outer(400);
span.end();
