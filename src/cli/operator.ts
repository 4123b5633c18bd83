/** Who operates, for the record that every mutation leaves. */
import { hostname, userInfo } from 'node:os';
import type { Config } from '../core/config/schema.js';

export interface Operator {
  readonly actor: string;
  readonly host: string;
}

/** ORDERSCTL_ACTOR, else the login name. */
export function operatorOf(config: Pick<Config, 'actor'>): Operator {
  return { actor: config.actor ?? loginName(), host: hostname() };
}

/** A container may run under a user id that has no name. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
