/**
 * Speaks HTTP as cheaply as Node can: requests are written on a socket, answers only searched for status and length.
 * The load shares the processors with what it measures, and a client library would take as much of them as the server.
 */
import { connect, type Socket } from 'node:net';
import { AppError } from '../../core/errors.js';

export interface Connection {
  /** @returns the status. One request at a time. */
  send(request: string): Promise<number>;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 15_000;
const HEAD_END = '\r\n\r\n';
const LAST_ANSWER = /\r\nconnection: *close/i;
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/** Opened again when the server has closed it meanwhile, as servers do with idle ones. */
export async function openConnection(port: number): Promise<Connection> {
  let speaking = speakHttp(await openSocket(port));
  return {
    async send(request) {
      if (speaking.isClosed()) speaking = speakHttp(await openSocket(port));
      return speaking.send(request);
    },
    close: () => speaking.close(),
  };
}

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', (error) => reject(lost(error.message)));
    socket.once('connect', () => resolve(socket));
  });
}

function speakHttp(socket: Socket): Connection & { isClosed(): boolean } {
  let received = '';
  let answer: { resolve(status: number): void; reject(error: Error): void } | undefined;
  const fail = (why: string) => {
    answer?.reject(lost(why));
    answer = undefined;
  };
  socket.setEncoding('latin1');
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')));
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('the connection was closed'));
  socket.on('data', (text: string) => {
    received = received === '' ? text : received + text;
    const end = received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = received.slice(0, end);
    const length = Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (received.length < end + HEAD_END.length + length) return;
    // "HTTP/1.1 202 Accepted"
    const status = Number(received.slice(9, 12));
    received = '';
    const answered = answer;
    answer = undefined;
    if (LAST_ANSWER.test(head)) socket.destroy();
    answered?.resolve(status);
  });
  return {
    isClosed: () => socket.destroyed || socket.readyState !== 'open',
    send: (request) =>
      new Promise((resolve, reject) => {
        answer = { resolve, reject };
        socket.write(request, 'latin1');
      }),
    close: () => socket.destroy(),
  };
}

function lost(why: string): AppError {
  return new AppError('UNAVAILABLE', `a request of the benchmark was not answered: ${why}`);
}
