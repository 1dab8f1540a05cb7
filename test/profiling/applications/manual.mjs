// Nothing but a profile, of a process that ends when its work is done.
import { profiler } from './otel.mjs';
import { burn } from './burn.mjs';

profiler.start();
burn(300);
