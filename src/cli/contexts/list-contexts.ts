/** `ordersctl context list`: each context with its marks and where its stores are. */
import { readContexts, settingsOf } from '../../core/config/contexts.js';
import type { CliContext } from '../context.js';
import { renderTable, type Column } from '../output/table.js';
import { describeContext, type DescribedContext } from './describe-context.js';
import { contextInUse } from './find-context.js';

export function listContexts(context: CliContext): void {
  const { output, io } = context;
  const contexts = readContexts(io.env);
  const inUse = contextInUse(context, contexts);
  const rows = Object.keys(contexts.contexts)
    .sort()
    .map((name) => describeContext(io.env, name, settingsOf(contexts, name) ?? {}, name === inUse));
  if (output.json) {
    return output.data(
      rows.map(({ name, current, production, readOnly, postgres, redis, kafka, temporal }) => ({
        ...{ name, current, production, readOnly, postgres, redis, kafka, temporal },
      })),
    );
  }
  if (rows.length === 0)
    return output.note('There is no context yet; ordersctl help contexts says how to make one.');
  const columns: Column<DescribedContext>[] = [
    { title: 'current', value: ({ current }) => (current ? output.colours.good('*') : '') },
    { title: 'context', value: ({ name }) => name },
    { title: 'marks', value: ({ production, readOnly }) => marksText(output, production, readOnly) },
    { title: 'postgres', value: ({ postgres }) => postgres ?? '' },
    { title: 'redis', value: ({ redis }) => redis ?? '' },
    { title: 'kafka', value: ({ kafka }) => kafka ?? '' },
    { title: 'temporal', value: ({ temporal }) => temporal ?? '' },
  ];
  output.line(renderTable(output, columns, rows));
}

function marksText({ colours }: CliContext['output'], production: boolean, readOnly: boolean): string {
  return [
    ...(production ? [colours.bad('production')] : []),
    ...(readOnly ? [colours.warning('read-only')] : []),
  ].join(', ');
}
