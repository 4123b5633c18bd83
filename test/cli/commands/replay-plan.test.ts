/** Which orders replay takes up: its plan and filters, ids as they are typed or piped in, and what it refuses. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { runCommand, runJson } from '../run-command.js';
import { createReplayStand, type Replayed, type ReplayStand } from './replay-stand.js';

describe('replay', () => {
  let stand: ReplayStand;
  beforeEach(async () => {
    stand = await createReplayStand('cli-replay-plan');
  });
  afterEach(() => stand.close());

  it('lists exactly the unpublished orders with --dry-run, and changes nothing', async () => {
    const { planned, results } = await stand.replay('--dry-run');
    expect(planned.map((order) => order.orderId).sort()).toEqual([...stand.orderIds].sort());
    for (const order of planned) expect(order).toMatchObject({ hop: 'not-published', action: 'requeue' });
    expect(results).toEqual([]);
    const { rows } = await stand.space.pool.query(
      'select 1 from orders where replay_count > 0 union all select 1 from operator_actions',
    );
    expect(rows).toEqual([]);
  });

  it('leaves young orders alone by default', async () => {
    const { planned } = await runJson<Replayed>(['replay', '--dry-run'], { env: stand.space.environment });
    expect(planned).toEqual([]);
  });

  it('shows people the plan by hop, and says when nothing is stuck', async () => {
    const { code, stdout } = await stand.raw(['--dry-run']);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toMatch(/^not-published +requeue +3 /m);
    expect((await stand.raw(['--dry-run', '--older-than', '1h'])).stdout).toBe('Nothing is stuck.\n');
  });

  it('refuses without a terminal and without --yes, and changes nothing', async () => {
    const { code, stderr } = await stand.raw([]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('hand over 3 orders again (3 through Kafka)');
    expect((await stand.replay('--dry-run')).planned[0]).toMatchObject({ hop: 'not-published' });
  });

  it('hands over only as many as --limit allows', async () => {
    const { planned, results } = await stand.replay('--yes', '--limit', '2');
    expect(planned).toHaveLength(2);
    expect(results).toHaveLength(2);
    expect((await stand.replay('--dry-run')).planned.map((order) => order.hop).sort()).toEqual([
      'not-published',
      'queued',
      'queued',
    ]);
  });

  it('filters by product', async () => {
    const [cap] = await acceptSome(stand.space.pool, 1, 'cap');
    const { planned } = await stand.replay('--dry-run', '--product', 'cap', '--product', 'none');
    expect(planned.map((order) => order.orderId)).toEqual([cap?.orderId]);
  });

  it('looks only where --hop says, and says that there may be more beyond --limit', async () => {
    const many = (await acceptSome(stand.space.pool, 60, 'cap')).map(({ orderId }) => orderId);
    await stand.replay('--yes', '--product', 'cap');
    await stand.consumeAll();
    expect((await stand.replay('--dry-run', '--hop', 'not-published')).planned).toHaveLength(3);
    expect((await stand.replay('--dry-run', '--hop', 'workflow-gone,overdue')).planned).toEqual([]);
    const { planned, complete } = await stand.replay('--dry-run', '--hop', 'not-started', '--limit', '2');
    expect(complete).toBe(false);
    expect(planned).toHaveLength(2);
    expect(many).toEqual(expect.arrayContaining(planned.map(({ orderId }) => orderId)));
  });

  it('exits 1 for an order that does not exist, and the others are handed over all the same', async () => {
    const [orderId = ''] = stand.orderIds;
    const unknown = ['nope', '00000000-0000-4000-8000-000000000000'];
    const { code, stdout, stderr } = await stand.raw([...unknown, orderId, '--yes', '--json']);
    expect(code).toBe(EXIT.failed);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ORDER_NOT_FOUND' } });
    expect((JSON.parse(stdout) as Replayed).results).toEqual([
      ...unknown.map((id) => ({ orderId: id, outcome: 'unknown', reason: 'no such order' })),
      { orderId, outcome: 'requeued', reason: null },
    ]);
  });

  it('reads ids from standard input, in every form that list prints', async () => {
    const forms = [
      stand.orderIds.join('\n'),
      stand.orderIds.map((orderId) => JSON.stringify({ orderId })).join('\n'),
      (await runCommand(['list', '--json'], { env: stand.space.environment })).stdout,
      (await stand.raw(['--dry-run', '--json'])).stdout,
      (await stand.raw(['--dry-run', '--ndjson'])).stdout,
    ];
    for (const input of forms) {
      const { planned } = await runJson<Replayed>(['replay', '-', '--dry-run'], {
        env: stand.space.environment,
        input,
      });
      expect(planned.map(({ orderId }) => orderId).sort()).toEqual([...stand.orderIds].sort());
    }
  });

  it('touches nothing for empty input, and refuses input that is none and flags that do not go together', async () => {
    const piped = (input: string, ...args: string[]) =>
      runCommand(['replay', '-', '--yes', ...args], { env: stand.space.environment, input });
    expect(await piped('\n')).toMatchObject({ code: EXIT.ok, stdout: 'No orders were named.\n' });
    for (const input of ['[{"id":1}]', '{"orderId":', 'x'.repeat(101)]) {
      expect((await piped(input)).code).toBe(EXIT.usage);
    }
    const id = stand.orderIds[0] ?? '';
    expect((await piped(id, '--even-if-quarantined')).code).toBe(EXIT.usage);
    for (const args of [
      ['-', id],
      [id, '--product', 'tee'],
      ['--hop', 'queued'],
      ['--even-if-quarantined'],
    ]) {
      expect((await stand.raw([...args, '--yes'])).code).toBe(EXIT.usage);
    }
    expect((await stand.replay('--dry-run')).planned).toHaveLength(3);
    expect(await stand.recorded()).toEqual([]);
  });

  it('still plans what it can see when Temporal is away, and exits 5', async () => {
    await stand.replay('--yes', '--limit', '1');
    await stand.consumeAll();
    const { code, stdout, stderr } = await stand.raw(['--dry-run', '--json'], {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect(code).toBe(EXIT.unreachable);
    const { planned, unavailable } = JSON.parse(stdout) as Replayed;
    expect(planned.map((order) => [order.hop, order.action]).sort()).toEqual([
      ['not-published', 'requeue'],
      ['not-published', 'requeue'],
      ['unknown', 'wait'],
    ]);
    expect(unavailable).toMatchObject([{ store: 'temporal' }]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  });
});
