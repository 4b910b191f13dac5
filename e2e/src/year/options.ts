import { parseArgs } from 'node:util';

/** How large a year is, and what its dice begin with. */
export interface YearOptions {
  dealers: number;
  months: number;
  seed: number;
}

/** `--dealers 30 --months 12 --seed 1`. */
export function readOptions(args: string[]): YearOptions {
  const { values } = parseArgs({ args, options: { dealers: { type: 'string', default: '30' }, months: { type: 'string', default: '12' }, seed: { type: 'string', default: '1' } } });
  const [dealers, months, seed] = (['dealers', 'months', 'seed'] as const).map((name) => positive(name, values[name]));
  return { dealers, months, seed } as YearOptions;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number of at least 1, not ${text}`);
  return value;
}
