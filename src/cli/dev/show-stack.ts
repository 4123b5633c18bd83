/** What `dev up` says when the stack stands: where everything is, and what to do next. */
import type { StackState } from '../../core/config/stack-state.js';
import { ADDRESS_VARIABLE } from '../../dev/service-names.js';
import type { CliContext } from '../context.js';

export function showStack(context: CliContext, state: StackState, facts: { alreadyRunning: boolean }): void {
  const { output } = context;
  const services = state.services.map((service) => ({
    ...service,
    address: state.env[ADDRESS_VARIABLE[service.name]] ?? '',
  }));
  if (output.json)
    return output.data({
      ...facts,
      supervisorPid: state.supervisorPid,
      startedAt: state.startedAt,
      services,
    });
  for (const { name, address, mode } of services)
    output.line(`${name.padEnd(10)} ${address}  ${output.colours.faint(mode)}`);
  output.note(`
Commands run in this folder use it by themselves. Next:
  ordersctl seed-stock --product tee --quantity 100 && ordersctl seed-prices --product tee --price '19.90 EUR'
  ordersctl serve & ordersctl consume & ordersctl worker &
  ordersctl top`);
}
