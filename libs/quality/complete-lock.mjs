// npm run lock: completes package-lock.json after a dependency changed.
// A registry mirror may lack the binaries of platforms nobody here uses; npm then leaves them out of the lock file and
// `npm ci` refuses it everywhere. Their versions are fixed by the packages that name them, so they are added from there.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(fileURLToPath(import.meta.url)), '../../package-lock.json');
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'aix', 'netbsd', 'openbsd', 'sunos'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** "@swc/core-linux-arm-gnueabihf" → { os: ['linux'], cpu: ['arm'] }; nothing for a package of every platform. */
export function platformOf(name) {
  const words = name.replace('aarch64', 'arm64').replace('armv7', 'arm').split('/').pop().split('-');
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  return os && cpu ? { cpu: [cpu], os: [os] } : undefined;
}

/** Adds to `lock` what is named as an optional dependency and stands nowhere; returns the added names. */
export function complete(lock) {
  const added = [];
  for (const [path, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      const known = lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`];
      if (known || !platform || !/^\d/.test(version)) continue;
      lock.packages[`node_modules/${name}`] = { version, ...platform, ...(parent.dev && { dev: true }), license: parent.license, optional: true };
      added.push(`${name}@${version}`);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return added;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = complete(lock);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length ? `added ${added.join(', ')}` : 'package-lock.json is complete');
}
