import * as api from '@opentelemetry/api';
import * as core from '@opentelemetry/core';
import * as resources from '@opentelemetry/resources';
import * as base from '@opentelemetry/sdk-trace-base';
import * as node from '@opentelemetry/sdk-trace-node';
import * as bridge from 'otel-sentry-bridge';
import * as link from 'otel-sentry-bridge/link';
import * as profiling from 'otel-sentry-bridge/profiling';
import { run } from './scenario.cjs';

await run({ api, bridge, link, profiling, core, resources, base, node });
