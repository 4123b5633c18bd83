/** Reads the rules of `deploy/alerts.yml`, which are written in one way, and the metrics an expression asks for. */

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly severity: string | undefined;
  readonly summary: string | undefined;
  readonly command: string | undefined;
}

export interface Selector {
  readonly metric: string;
  /** Every alternative that a label is compared with. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

export function readAlerts(yaml: string): Alert[] {
  return yaml
    .split(/^ {6}- alert: /m)
    .slice(1)
    .map((rule) => {
      const field = (name: string) => new RegExp(`^ +${name}: (.*)$`, 'm').exec(rule)?.[1];
      return {
        alert: rule.split('\n', 1)[0] ?? '',
        expr: field('expr') ?? '',
        severity: /severity: (\w+)/.exec(rule)?.[1],
        summary: field('summary')?.replace(/^"(.*)"$/, '$1'),
        command: field('command'),
      };
    });
}

export function selectorsOf(expr: string): Selector[] {
  return [...expr.matchAll(/\b(ordersctl_\w+)(?:\{([^}]*)\})?/g)].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: Object.fromEntries(
      [...matchers.matchAll(/(\w+)=~?"([^"]*)"/g)].map(([, label = '', value = '']) => [
        label,
        value.split('|'),
      ]),
    ),
  }));
}
