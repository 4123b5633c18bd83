/** For HEALTHCHECK: exits 0 when the role in this container answers /livez. */

const { ORDERSCTL_ADMIN_PORT } = process.env;
// One role runs in a container; without a setting its port is one of these.
const ports = ORDERSCTL_ADMIN_PORT ? [ORDERSCTL_ADMIN_PORT] : [9464, 9465, 9466];
const answers = await Promise.allSettled(ports.map(askLivez));
process.exit(answers.some((answer) => answer.status === 'fulfilled') ? 0 : 1);

async function askLivez(port) {
  const response = await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`status ${response.status}`);
}
