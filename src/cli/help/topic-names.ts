/** Names of the help topics, apart from their texts so that `--help` stays light. */
export const HELP_TOPICS = ['environment', 'exit-codes', 'output', 'contexts'] as const;
export type HelpTopic = (typeof HELP_TOPICS)[number];

export function isHelpTopic(name: string): name is HelpTopic {
  return (HELP_TOPICS as readonly string[]).includes(name);
}
