/** Finds the invoked command, and brings the spellings of help and version into one form. */
import { isHelpTopic } from './help/topic-names.js';

/**
 * `help list` is `list --help`, `--version` is `version`. Help topics are a command of their own.
 * @param names of the commands
 */
export function normaliseArgs(
  args: readonly string[],
  names: readonly string[],
): { invoked: string | undefined; args: string[] } {
  const isOperand = (arg: string) => !arg.startsWith('-');
  if (args[0] === '--version' || args[0] === '-V')
    return { invoked: 'version', args: ['version', ...args.slice(1)] };
  const at = args.findIndex(isOperand);
  const first = args[at];
  if (first === undefined) return { invoked: undefined, args: [...args, '--help'] };
  if (first !== 'help') return { invoked: first, args: names.includes(first) ? [...args] : [first] };
  const topic = args.slice(at + 1).find(isOperand);
  if (topic === undefined) return { invoked: undefined, args: ['--help'] };
  if (isHelpTopic(topic)) return { invoked: 'help', args: [...args] };
  // An unknown name goes on without --help, so that it is refused with a suggestion.
  return { invoked: topic, args: names.includes(topic) ? [...args.slice(at + 1), '--help'] : [topic] };
}
