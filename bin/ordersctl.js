#!/usr/bin/env node
/** The binary. Everything it does is in dist/cli; only here does the process end. */
import module from 'node:module';

// From Node 22.8 on: what was compiled once is not compiled with every command again.
module.enableCompileCache?.();

// Before any import: Ink and chalk look at FORCE_COLOR alone, and only while they are loaded.
const { env, argv } = process;
if (env.NO_COLOR || env.TERM === 'dumb' || argv.includes('--no-color')) env.FORCE_COLOR = '0';

/** Nobody reads any more (`ordersctl list | head`): a quiet end. */
function endQuietly(error) {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);

const { main } = await import('../dist/cli/main.js').catch(notBuilt);
const exitCode = await main(argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  get stdin() {
    return process.stdin;
  },
  env,
  cwd: process.cwd(),
  forceExit: (code) => process.exit(code),
});
// Both streams empty first: on some systems a pipe is written behind our back.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));

function notBuilt(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(`error: ordersctl is not built\n  why: ${error.message}\n  fix: npm run setup\n`);
  process.exit(2);
}
