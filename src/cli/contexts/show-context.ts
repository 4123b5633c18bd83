/** `ordersctl context show`: one context, secrets masked, and the file it comes from. */
import { contextsPath, readContexts } from '../../core/config/contexts.js';
import { EXIT } from '../../core/errors.js';
import { contextText, type CliContext } from '../context.js';
import { renderTable, type Column } from '../output/table.js';
import { describeContext, type DescribedSetting } from './describe-context.js';
import { contextInUse, requireContext } from './find-context.js';

/** @throws AppError USAGE when there is none of that name. Exit code 2 also when it could not be used */
export function showContext(context: CliContext, asked: string | undefined): void {
  const { output, io } = context;
  const contexts = readContexts(io.env);
  const inUse = contextInUse(context, contexts);
  const name = asked ?? inUse;
  const file = contextsPath(io.env) ?? null;
  if (name === undefined) {
    if (output.json) return output.data({ name: null, current: false, file, settings: [], problems: [] });
    return output.note('No context is current; ordersctl context list shows which there are.');
  }
  const settings = requireContext(contexts, name);
  const described = describeContext(io.env, name, settings, name === inUse);
  if (described.problems.length > 0) context.exitWith(EXIT.usage);
  if (output.json) return output.data({ ...described, file });
  const { production, readOnly, current, problems } = described;
  output.line(contextText({ context: name, production, readOnly }) + (current ? ', current' : ''));
  output.line(`from ${file ?? 'nowhere'}`);
  const columns: Column<DescribedSetting>[] = [
    { title: 'setting', value: ({ setting }) => setting },
    { title: 'value', value: ({ value }) => value },
  ];
  if (described.settings.length > 0) {
    output.line();
    output.line(renderTable(output, columns, described.settings));
  }
  for (const problem of problems) output.note(`${output.noteColours.bad('problem:')} ${problem}`);
}
