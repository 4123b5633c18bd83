/** How bad it is that data would not survive a power cut. */
import type { Config } from '../config/schema.js';
import { failed, warning, type Verdict } from './verdict.js';

/**
 * Fails, but for a server on this very machine outside a production context: a local stack is meant to be thrown away.
 * @param url of the store; undefined when it is not set
 */
export function notDurable(
  config: Pick<Config, 'production'>,
  url: string | undefined,
  message: string,
  remedy: string,
): Verdict {
  const isLocal = url !== undefined && isLoopback(url);
  return config.production || !isLocal ? failed(message, remedy) : warning(message, remedy);
}

export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
