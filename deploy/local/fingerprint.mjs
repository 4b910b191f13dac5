// Short fingerprints of files, to leave out work whose inputs did not change. Node built-ins only.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** By path, size and time of change: quick, for sources. */
export function fingerprintOfTimes(root, paths) {
  return digest(filesOf(root, paths).map((file) => {
    const { size, mtimeMs } = statSync(join(root, file));
    return `${file} ${size} ${mtimeMs}`;
  }));
}

/** By content: the same on every machine. */
export function fingerprintOfContent(root, paths, wanted = () => true) {
  return digest(filesOf(root, paths).filter(wanted).map((file) => `${file} ${digest([readFileSync(join(root, file))])}`));
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex').slice(0, 32);
}

/** Files at or below the paths, sorted; generated and built folders are nobody's source. */
function filesOf(root, paths) {
  const found = [];
  const look = (path) => {
    if (!existsSync(join(root, path))) return;
    if (!statSync(join(root, path)).isDirectory()) found.push(path);
    else for (const name of readdirSync(join(root, path))) if (!['node_modules', 'gen'].includes(name)) look(`${path}/${name}`);
  };
  paths.forEach(look);
  return found.sort();
}
