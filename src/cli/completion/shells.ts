/** The shells that are spoken to. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** How each takes its script, for one session. */
export const LOADING: Readonly<Record<Shell, string>> = {
  bash: 'eval "$(ordersctl completion bash)"',
  zsh: 'eval "$(ordersctl completion zsh)"',
  fish: 'ordersctl completion fish | source',
};
