import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The repository's root folder. */
export const root = join(__dirname, '../../..');

const generated = new Set(['node_modules', 'dist', '.git', '.nx', '.local', 'coverage', 'gen']);

/** Every file people write, as paths from `base` with forward slashes; what tools generate or fetch is left out. */
export function filesUnder(base: string, folder = ''): string[] {
  return readdirSync(join(base, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return generated.has(entry.name) ? [] : filesUnder(base, path);
    return entry.isFile() ? [path.split(sep).join('/')] : [];
  });
}

/** The text of a file, its path counted from the repository's root. */
export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** One process, as the list in deploy/services.json names it for deployment, tests and generator. */
export interface ServiceEntry {
  name: string;
  database: string;
  healthPort: number;
  httpPort?: number;
}

/** Every process of the platform. */
export const services = (): ServiceEntry[] => JSON.parse(textOf('deploy/services.json')) as ServiceEntry[];
