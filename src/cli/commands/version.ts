/** `ordersctl version`: what is installed here, for bug reports and scripts. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';

export function makeVersionCommand(context: CliContext) {
  return new Command('version')
    .description(
      'Prints the version of the binary, of Node, of the database schema and events it speaks, and digests of the Lua ' +
        'scripts and of the workflow code it brings: two installations with the same ones do the same.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl version
  $ ordersctl version --json`,
    )
    .action(async () => {
      const { readVersions } = await import('../version/read-versions.js');
      const versions = await readVersions();
      const { output } = context;
      if (output.json) return output.data(versions);
      const { schema, scripts, workflows } = versions;
      output.line(`ordersctl ${versions.version}`);
      output.line(`node      ${versions.node} on ${versions.platform}`);
      output.line(`schema    ${schema.newest ?? 'none'} (${schema.migrations} migrations)`);
      output.line(`events    version ${versions.eventSchemaVersion}`);
      output.line(`scripts   ${scripts.digest.slice(0, SHORT)} (${Object.keys(scripts.each).length} in Lua)`);
      output.line(
        `workflows ${workflows.bundle?.slice(0, SHORT) ?? 'not built'} (${workflows.types.join(', ')})`,
      );
    });
}

/** Of a digest, for people to compare. */
const SHORT = 12;
