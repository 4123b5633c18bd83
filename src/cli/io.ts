/** The world a command sees: streams, environment and folder, so that tests run commands in-process. */
import type { Readable, Writable } from 'node:stream';

export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface InputStream extends Readable {
  readonly isTTY?: boolean;
}

export interface CliIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: InputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of .env, ordersctl.config.json and .ordersctl/. */
  readonly cwd: string;
  /** Ends the process at once: a role's answer to a second signal. The binary exits here. */
  forceExit(exitCode: number): void;
}
