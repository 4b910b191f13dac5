// Jest loads a project's modules anew for each spec file, which costs more than most files' tests. In npm test the files of a service
// or library share that: a group is a written file that takes several in, each within a describe of its name. By hand each file runs alone.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

const longest = createRequire(import.meta.url)('../testing/src/longest-specs.cjs');
const FILES_OF_A_GROUP = 32;
/** What changes something of the whole process stays alone, and so do the longest, which begin first. */
const ALONE = /jest\.(mock|resetModules|isolateModules|useFakeTimers)\(|jest\.spyOn\((process|global|globalThis|Date|console)\b/;

/** 'parts' of services/parts/src/…; what lies elsewhere starts platforms and processes and has little in common. */
const projectOf = (file) => /^(?:services|libs)\/([^/]+)\//.exec(file)?.[1];

/** Every spec file below the folders, by name. */
function specsUnder(root, folders) {
  return folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`))
    .filter((path) => path.endsWith('.spec.ts') && !/\/(node_modules|dist)\//.test(path)).sort();
}

/** Files spread over as few groups as hold them, neighbours apart, since what is beside each other takes about as long. */
export function spread(files, size = FILES_OF_A_GROUP) {
  const groups = Array.from({ length: Math.ceil(files.length / size) }, () => []);
  files.forEach((file, index) => groups[index % groups.length].push(file));
  return groups;
}

/** The text of a group's file in `folder`: every file below a describe of its name, with time for the slowest of them. */
export function groupText(root, folder, files) {
  const taken = files.map((file) => `describe('${file}', () => { require('${relative(folder, join(root, file))}'); });`);
  return `${taken.join('\n')}\njest.setTimeout(120_000);\n`;
}

/**
 * Writes the groups of all projects' specs into `folder` and answers what jest runs: groups, and the spec files that stay alone.
 * @param {{ root: string, folder: string, folders: string[], without: string[] }} options folders: whose specs run. without: folders left out.
 */
export function groupSpecs({ root, folder, folders, without }) {
  const specs = specsUnder(root, folders).filter((file) => !without.some((left) => file.startsWith(`${left}/`)));
  const alone = (file) => !projectOf(file) || longest.includes(file) || ALONE.test(readFileSync(join(root, file), 'utf8'));
  const together = specs.filter((file) => !alone(file));
  const projects = [...new Set(together.map(projectOf))];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const groups = projects.flatMap((project) => spread(together.filter((file) => projectOf(file) === project)).map((group, index) => {
    const path = join(folder, `${project}-${index + 1}.spec.ts`);
    writeFileSync(path, groupText(root, folder, group));
    return path;
  }));
  return [...groups, ...specs.filter(alone).map((file) => join(root, file))];
}
