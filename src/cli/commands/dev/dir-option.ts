/** The one option that all of `dev` share. */
import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export const dirOption = () =>
  new Option('--dir <folder>', 'the folder that holds .ordersctl/ (default: the current one)');

/** Absolute path of the folder whose stack is meant. */
export function projectOf(context: CliContext, dir: string | undefined): string {
  return resolve(context.io.cwd, dir ?? '.');
}
