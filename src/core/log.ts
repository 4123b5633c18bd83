/** Structured logs: JSON lines on stdout for roles, stderr for everything whose stdout is data. */
import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

export type Log = Logger;

/**
 * @param options.level pino level, from LOG_LEVEL
 * @param options.stream fd to write to: 1 for roles, 2 for commands
 */
export function createLog(options: { level: string; name: string; stream: 1 | 2 }): Log {
  return pino(
    {
      level: options.level,
      base: { role: options.name, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['*.authorization', '*.password', '*.secret', '*.token'],
    },
    destination({ fd: options.stream, sync: options.stream === 2 }),
  );
}

/** For code that wants a log and has no one to tell: commands and tests. */
export function createSilentLog(): Log {
  return pino({ level: 'silent' });
}
