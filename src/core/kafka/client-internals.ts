/** Reaches a class inside kafkajs, for the few defects that nothing outside can mend. */
import { createRequire } from 'node:module';
import { z } from 'zod';

/** The pinned version: what is mended in it is only known of it. */
const KNOWN_VERSION = '2.2.4';

const patched = new WeakMap<object, Set<string>>();

/**
 * Replaces a method of a class of the client, once per process.
 * @param module path inside the package, of a file that exports the class
 * @param wrap makes the new method of the old one; both are called with the instance as `this`
 * @returns whether the method is replaced now; false for any other version of the client, or when its inside differs
 */
export function replaceMethod<Method extends (...args: never[]) => unknown>(
  module: string,
  name: string,
  wrap: (method: Method) => Method,
): boolean {
  const require = createRequire(import.meta.url);
  const installed = z.object({ version: z.string() }).safeParse(require('kafkajs/package.json'));
  if (!installed.success || installed.data.version !== KNOWN_VERSION) return false;
  const found = z.custom<{ readonly prototype: Record<string, Method> }>(isClass).safeParse(require(module));
  const prototype = found.data?.prototype;
  const method = prototype?.[name];
  if (prototype === undefined || typeof method !== 'function') return false;
  const names = patched.get(prototype) ?? new Set();
  if (!names.has(name)) prototype[name] = wrap(method);
  patched.set(prototype, names.add(name));
  return true;
}

function isClass(value: unknown): boolean {
  return typeof value === 'function' && typeof value.prototype === 'object';
}
