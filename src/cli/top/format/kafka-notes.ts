/** What is said above the partitions: the dead letters, and who is alive to take what waits. */
import { ROLES } from '../../../core/names.js';
import { formatAge } from './numbers.js';
import type { LettersLook, PartitionsLook } from '../state/details.js';
import type { Note } from '../views/list-view.js';

/** A replica without work gives a sign of life every ten seconds: after three that are missing it is gone. */
const ALIVE_WITHIN_MS = 30_000;

export function kafkaNotes(letters: LettersLook | null, look: PartitionsLook | null): Note[] {
  return [lettersNote(letters), ...ROLES.map((role) => roleNote(role, look))];
}

function lettersNote(letters: LettersLook | null): Note {
  if (!letters) return { text: 'dead letters  not known yet' };
  const { stored, open } = letters;
  if (open === 0) return { text: `dead letters  ${stored} stored, all decided`, meaning: 'good' };
  return { text: `dead letters  ${stored} stored, ${open} UNDECIDED: ordersctl dlq list`, meaning: 'bad' };
}

function roleNote(role: (typeof ROLES)[number], look: PartitionsLook | null): Note {
  const label = role.padEnd(12);
  if (!look?.replicas) return { text: `${label}  not known${look ? ': postgres is away' : ' yet'}` };
  const alive = look.replicas.filter((one) => one.role === role && one.silentMs <= ALIVE_WITHIN_MS);
  if (alive.length === 0) return { text: `${label}  NOBODY is alive: ordersctl ${role}`, meaning: 'bad' };
  const names = alive.map(({ replica, silentMs }) => `${replica} ${formatAge(silentMs)}`).join(', ');
  const groups = role === 'consume' ? groupText(look) : '';
  return { text: `${label}  ${alive.length} alive${groups}: ${names}`, meaning: 'good' };
}

function groupText({ groups }: PartitionsLook): string {
  return ` (${groups.map(({ group, state, members }) => `${group} ${state} ${members}`).join(', ')})`;
}
