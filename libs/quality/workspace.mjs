// A throw-away copy of the repository for checks that plant something wrong: boundaries, mutants, the generator.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const left = new Set(['node_modules', 'dist', '.git', '.nx', '.local', 'coverage']);

/**
 * Copies the sources into a new temporary folder. Packages are linked from the repository's node_modules,
 * the workspace's own ones (@aftercare/*) lead into the copy.
 * @param {string} purpose part of the folder's name
 * @returns {{ dir: string, remove: () => void }}
 */
export function copyWorkspace(purpose) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), `aftercare-${purpose}-`)));
  cpSync(root, dir, { recursive: true, filter: (path) => path === root || !left.has(basename(path)) });
  const modules = join(root, 'node_modules');
  mkdirSync(join(dir, 'node_modules/@aftercare'), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name !== '@aftercare' && name !== '.cache') symlinkSync(join(modules, name), join(dir, 'node_modules', name));
  }
  for (const group of ['libs', 'services']) {
    for (const name of readdirSync(join(dir, group))) symlinkSync(join(dir, group, name), join(dir, 'node_modules/@aftercare', name));
  }
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
