/**
 * A line into the process that runs a local stack: it alone may start a server, which lives no longer than it. A socket
 * of this user's, since whoever reaches it can kill the servers.
 */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, ERROR_CODES, toAppError, type ErrorCode } from '../core/errors.js';
import { SERVICE_NAMES, type ServiceName } from './service-names.js';

const requestSchema = z.strictObject({ kind: z.literal('restart'), service: z.enum(SERVICE_NAMES) });
const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  z.object({
    kind: z.literal('failed'),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);
type Reply = z.output<typeof replySchema>;

/** A request is one short line. */
const MAX_LINE = 1_000;
/** Longer than the slowest server is given to become ready. */
const REPLY_TIMEOUT_MS = 120_000;
const OWNER_ONLY = 0o600;

/** Outside of the project: the path of a socket may have about a hundred characters. */
export function controlSocketOf(stackId: string): string {
  return join(tmpdir(), `ordersctl-${stackId}.sock`);
}

/**
 * @param restart kills the server and starts it again, and resolves when it answers
 * @returns closes the line
 */
export async function listenForControl(
  path: string,
  restart: (service: ServiceName) => Promise<void>,
): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    readLine(socket)
      .then((line) => restart(requestSchema.parse(JSON.parse(line)).service))
      .then(
        (): Reply => ({ kind: 'done' }),
        (thrown: unknown): Reply => {
          const { code, message, hint } = toAppError(thrown);
          return { kind: 'failed', code, message, ...(hint !== undefined && { hint }) };
        },
      )
      .then((reply) => socket.end(`${JSON.stringify(reply)}\n`))
      .catch(() => socket.destroy());
  });
  // What a killed supervisor has left: the lock of the folder says that no other runs.
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  chmodSync(path, OWNER_ONLY);
  return async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(path, { force: true });
  };
}

/** Resolves when the server answers again. @throws AppError as the supervisor says, UNAVAILABLE when it does not answer */
export async function askForRestart(path: string, service: ServiceName): Promise<void> {
  const reply = await ask(path, { kind: 'restart', service });
  if (reply.kind === 'done') return;
  throw new AppError(reply.code, reply.message, { hint: reply.hint });
}

async function ask(path: string, request: z.input<typeof requestSchema>): Promise<Reply> {
  const socket = connect(path);
  const timer = setTimeout(() => socket.destroy(new Error('no reply in time')), REPLY_TIMEOUT_MS);
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    return replySchema.parse(JSON.parse(await readLine(socket)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError('UNAVAILABLE', `the process that runs the local stack does not answer: ${why}`, {
      hint: 'A stack of an older version has no such line: ordersctl dev down, then ordersctl dev up -d',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      text += part;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > MAX_LINE) reject(new Error('the line is too long'));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it hung up')));
  });
}
