import { variable, type Environment } from '../../config/environment-variables.js';
import { log } from '../../otel/diagnostics.js';
import { hasMethods, member } from '../packages/members.js';

/** Attributes that `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` name; the former wins. */
export function resourceAttributesFromEnv(env: Environment): Record<string, string> {
  const attributes = parseAttributes(variable(env, 'OTEL_RESOURCE_ATTRIBUTES') ?? '');
  const serviceName = variable(env, 'OTEL_SERVICE_NAME');
  return { ...attributes, ...(serviceName !== undefined && { 'service.name': serviceName }) };
}

/** A resource made by `@opentelemetry/resources`: its default one with the attributes of the environment. */
export function createResource(resources: unknown, env: Environment): unknown {
  const base = call(resources, 'defaultResource');
  const own = call(resources, 'resourceFromAttributes', resourceAttributesFromEnv(env));
  return hasMethods(base, ['merge']) && own !== undefined ? call(base, 'merge', own) : own;
}

/**
 * `key=value,key=value` with percent-encoded values. One that cannot be read makes all of them worth nothing.
 * https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const pair of text.split(',').filter(part => part.trim() !== '')) {
    const [, key, value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const decoded = decode(value);
    if (key === undefined || decoded === undefined) {
      log.warn('OTEL_RESOURCE_ATTRIBUTES is ignored: it must be like key=value,key=value, percent-encoded');
      return {};
    }
    attributes[key] = decoded;
  }
  return attributes;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'));
  } catch {
    return undefined;
  }
}

function call(object: unknown, name: string, ...args: unknown[]): unknown {
  const method = member(object, name);
  return typeof method === 'function' ? Reflect.apply(method, object, args) : undefined;
}
