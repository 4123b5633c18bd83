/** Colours by what they mean. The one place that decides whether there are any. */
import picocolors from 'picocolors';
import type { CliIo, OutputStream } from '../io.js';

type Paint = (text: string) => string;

export interface Colours {
  readonly enabled: boolean;
  readonly heading: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
  readonly faint: Paint;
  readonly accent: Paint;
}

/** Colour is for terminals; NO_COLOR, TERM=dumb and --no-color switch it off, FORCE_COLOR forces it into a pipe. */
export function hasColour(stream: OutputStream, env: CliIo['env'], wanted: boolean): boolean {
  if (!wanted || env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return stream.isTTY === true;
}

export function createColours(enabled: boolean): Colours {
  const paint = picocolors.createColors(enabled);
  return {
    enabled,
    heading: paint.bold,
    good: paint.green,
    warning: paint.yellow,
    bad: paint.red,
    faint: paint.dim,
    accent: paint.cyan,
  };
}
