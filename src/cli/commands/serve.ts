/** `ordersctl serve`: the HTTP API that accepts orders. */
import { Command, Option } from '@commander-js/extra-typings';
import { adminPortOption, hostOption, logLevelOption, toConfigFlags } from '../config-flags.js';
import type { CliContext } from '../context.js';

export function makeServeCommand(context: CliContext) {
  return new Command('serve')
    .description(
      'Runs the HTTP API that accepts orders. Logs JSON lines to stdout; drains on SIGTERM and exits 0.',
    )
    .addOption(new Option('--port <port>', 'port of the API (PORT)'))
    .addOption(adminPortOption())
    .addOption(hostOption())
    .addOption(logLevelOption())
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl serve
  $ ordersctl serve --port 8081 --admin-port 9474    # a second one on this machine

Callers are known by exactly one of:
  ORDERSCTL_JWT_SECRET    tokens signed by the shop itself (HS256)
  ORDERSCTL_JWKS_URL      tokens of an identity provider (RS256, PS256, ES256,
                          EdDSA)
  ORDERSCTL_AUTH=header   whatever ORDERSCTL_AUTH_HEADER says. WARNING: whoever
                          reaches the port then is whom it likes to be. Only
                          behind a gateway that authenticates and drops that
                          header from its callers.`,
    )
    .action(async (options) => {
      const [{ runRole }, { startServer }] = await Promise.all([
        import('../run-role.js'),
        import('../../server/start-server.js'),
      ]);
      const flags = toConfigFlags(options, ['port', 'adminPort', 'host', 'logLevel']);
      await runRole(context, 'serve', flags, startServer);
    });
}
