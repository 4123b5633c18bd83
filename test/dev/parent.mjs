/** Starts a server as the stack does, tells its pid, and waits to be killed. Run by die-with-parent.test.ts. */
import { startService } from '../../dist/dev/service-process.js';

const setpriv = process.argv[2] === 'setpriv';
const launch = { command: 'sleep', args: ['600'], stopSignal: 'SIGTERM' };
const { pid } = startService(launch, { logFile: '/dev/null', env: process.env, setpriv });
process.stdout.write(`${pid}\n`);
setInterval(() => undefined, 60_000);
