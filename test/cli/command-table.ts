/**
 * Every command of the binary, with what a test needs to know of it. A command without a line here fails
 * `every-command.test.ts`.
 */
import type { StoreName } from '../../src/core/partial-answer.js';

export interface CommandLine {
  /** A harmless call in a space without orders; with --dry-run added where the command knows it. */
  readonly args: readonly string[];
  /** Servers that it asks; each of them away means exit code 5. */
  readonly stores: readonly StoreName[];
  /** Its exit code in an empty space, when that is not 0. */
  readonly code?: number;
  /** A stream: JSON values a line, none when there is nothing. */
  readonly stream?: true;
  /** Says why it is run only to its help and its refusals: it starts servers, or stays. */
  readonly notRun?: string;
  /** A call that asks all its servers, where that of `args` does not. Changes something. */
  readonly whole?: readonly string[];
  /** Arguments that it refuses. Default: one too many. */
  readonly nonsense?: readonly string[];
  /** Client libraries that it loads although it asks no such server. */
  readonly loads?: readonly string[];
}

const ALL = ['postgres', 'redis', 'kafka', 'temporal'] as const;
const ORDER = '00000000-0000-4000-8000-000000000000';
const ROLE = 'it stays until it is ended';
const SERVERS = 'it starts servers of its own';

export const COMMAND_TABLE: Readonly<Record<string, CommandLine>> = {
  serve: { args: [], stores: ['postgres', 'redis'], notRun: ROLE, loads: ['kafkajs', 'express'] },
  consume: { args: [], stores: ['postgres', 'kafka', 'temporal'], notRun: ROLE, loads: ['ioredis'] },
  worker: {
    args: [],
    stores: ['postgres', 'redis', 'temporal'],
    notRun: ROLE,
    loads: ['kafkajs', 'express'],
  },
  migrate: { args: [], stores: ['postgres', 'kafka', 'temporal'] },
  'seed-stock': {
    args: ['--product', 'tee', '--quantity', '5'],
    whole: ['--product', 'tee', '--quantity', '5'],
    stores: ['postgres', 'redis'],
    nonsense: ['--product', 'tee', '--quantity', 'some'],
  },
  'seed-prices': {
    args: ['--product', 'tee', '--price', '49.90 EUR'],
    whole: ['--product', 'tee', '--price', '49.90 EUR'],
    stores: ['postgres', 'redis'],
    nonsense: ['--product', 'tee', '--price', 'much'],
  },
  'sale status': { args: [], stores: ['postgres', 'redis'], nonsense: ['nowhere'] },
  'sale set': {
    args: ['mug', '--max-per-order', '2'],
    stores: ['postgres', 'redis'],
    nonsense: ['mug', '--max-per-order', '-1'],
  },
  'sale open': { args: ['mug'], stores: ['postgres', 'redis'], nonsense: ['mug', '--all'] },
  'sale pause': { args: ['mug'], stores: ['postgres', 'redis'], nonsense: ['mug', '--all'] },
  'sale close': { args: ['mug'], stores: ['postgres', 'redis'], nonsense: ['mug', '--all'] },
  rehearse: {
    args: ['--api', 'http://127.0.0.1:1'],
    stores: ['postgres', 'redis'],
    nonsense: ['--kill', 'everybody'],
  },
  top: { args: ['--once'], stores: ALL, loads: ['react'] },
  list: { args: [], stores: ['postgres'] },
  inspect: { args: [ORDER], stores: ['postgres'], code: 1, loads: ['ioredis', 'kafkajs', '@temporalio'] },
  replay: {
    args: [],
    stores: ['postgres'],
    nonsense: ['--hop', 'nowhere'],
    loads: ['kafkajs', '@temporalio'],
  },
  cancel: {
    args: [ORDER],
    stores: ['postgres'],
    code: 1,
    nonsense: ['nonsense'],
    loads: ['ioredis', '@temporalio'],
  },
  refund: {
    args: [ORDER],
    stores: ['postgres'],
    code: 1,
    nonsense: ['nonsense'],
    loads: ['ioredis', '@temporalio'],
  },
  'review list': { args: [], stores: ['postgres'] },
  'review resolve': {
    args: [ORDER, '--as', 'keep'],
    stores: ['postgres'],
    code: 1,
    nonsense: ['nonsense', '--as', 'keep'],
    loads: ['ioredis', '@temporalio'],
  },
  doctor: { args: [], stores: ALL, code: 3, nonsense: ['--only', 'nowhere'] },
  report: { args: [], stores: ['postgres'], nonsense: ['--since', 'soon'], loads: ['kafkajs'] },
  audit: { args: ['--repair'], stores: ['postgres', 'redis'] },
  restore: { args: ['--all'], stores: ['postgres', 'redis'], nonsense: ['mug', '--all'] },
  sweep: {
    args: ['--all'],
    stores: ['postgres', 'redis', 'temporal'],
    nonsense: ['nowhere'],
    loads: ['kafkajs'],
  },
  'dlq list': { args: [], stores: ['kafka'], loads: ['pg'] },
  'dlq show': { args: ['0:0'], stores: ['kafka'], code: 1, nonsense: ['first'], loads: ['pg'] },
  'dlq replay': { args: [], stores: ['kafka'], nonsense: ['first'], loads: ['pg'] },
  'dlq drop': { args: [], stores: ['kafka'], nonsense: ['first'], loads: ['pg'] },
  'dev up': { args: [], stores: [], notRun: SERVERS },
  'dev down': { args: [], stores: [] },
  'dev status': { args: [], stores: [], code: 3 },
  'dev logs': { args: [], stores: [], stream: true, nonsense: ['mysql'] },
  'dev env': { args: [], stores: [], code: 5 },
  'dev reset': { args: [], stores: [] },
  demo: { args: [], stores: [], notRun: SERVERS },
  'bench accept': { args: [], stores: [], notRun: SERVERS },
  'bench pipeline': { args: [], stores: [], notRun: SERVERS },
  'bench operators': { args: [], stores: [], notRun: SERVERS },
  'bench start-up': { args: [], stores: [], notRun: 'it measures the built binary' },
  'bench top': { args: [], stores: [], notRun: SERVERS },
  'bench reference': { args: ['http'], stores: [], notRun: SERVERS, nonsense: ['koa'] },
  token: { args: ['--user', 'ada'], stores: [] },
  'context list': { args: [], stores: [] },
  'context show': { args: [], stores: [], nonsense: ['nowhere'] },
  'context use': { args: ['none'], stores: [], nonsense: ['nowhere'] },
  'context set': { args: ['here', 'readOnly=true'], stores: [], nonsense: ['here', 'nonsense=true'] },
  'context remove': { args: ['nowhere'], stores: [], code: 2 },
  'config show': { args: [], stores: [] },
  'completion bash': { args: [], stores: [] },
  'completion zsh': { args: [], stores: [] },
  'completion fish': { args: [], stores: [] },
  'completion words': { args: ['--', 'sale', ''], stores: [], nonsense: ['--jsom'] },
  version: { args: [], stores: [] },
  help: { args: ['environment'], stores: [], nonsense: ['nonsense'] },
};
