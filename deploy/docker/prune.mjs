// npm run prune <folder> [service …]: the production folder of the named services (all when none is named): a program each and the
// packages that these ask Node for. Run there: node services/<service>/dist/main.js
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const everyService = readJson('deploy/services.json').map(({ name }) => name);

/** package.json and lock file with the packages `names` alone. */
function writeManifests(target, names) {
  const { name, version, private: kept, engines, overrides, dependencies } = readJson('package.json');
  const needed = Object.fromEntries(names.map((each) => [each, dependencies[each]]));
  const lock = readJson('package-lock.json');
  const ours = (path) => /^(libs|services)\/|^node_modules\/@aftercare\//.test(path);
  for (const path of Object.keys(lock.packages).filter(ours)) delete lock.packages[path];
  lock.packages[''] = { name, version, engines, dependencies: needed };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ name, version, private: kept, engines, overrides, dependencies: needed }, null, 2)}\n`);
  writeFileSync(join(target, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  cpSync(join(root, '.npmrc'), join(target, '.npmrc'));
}

/** A service's program, and the programs it starts beside itself. */
function copyProgram(target, service) {
  const dist = join('services', service, 'dist');
  if (!existsSync(join(root, dist, 'packages.json'))) throw new Error(`${dist} is missing: run npm run build first`);
  const runs = readdirSync(join(root, dist), { recursive: true }).filter((path) => /^main\.js(\.map)?$|\.cjs$/.test(path));
  for (const path of runs) cpSync(join(root, dist, path), join(target, dist, path));
  return readJson(join(dist, 'packages.json'));
}

/** Of nine weights of the font of the papers, 10 MB each, two are printed with. */
export function leaveOutFonts(target) {
  const folder = join(target, 'node_modules/@expo-google-fonts/noto-sans-sc');
  if (!existsSync(folder)) return;
  const unused = readdirSync(folder).filter((name) => /^\d00/.test(name) && name !== '400Regular' && name !== '700Bold');
  for (const weight of unused) rmSync(join(folder, weight), { recursive: true });
}

/**
 * Makes the production folder `target` and installs its packages.
 * @param {string} target
 * @param {string[]} services
 */
export function prune(target, services = everyService) {
  const unknown = services.filter((name) => !everyService.includes(name));
  if (unknown.length) throw new Error(`no service ${unknown.join(', ')}; there are ${everyService.join(', ')}`);
  mkdirSync(target, { recursive: true });
  const packages = services.flatMap((name) => copyProgram(target, name));
  writeManifests(target, [...new Set(packages)].sort());
  for (const file of ['services.json', 'docker/main.mjs', 'docker/healthy.mjs', 'docker/migrate.mjs']) {
    cpSync(join(root, 'deploy', file), join(target, 'deploy', file));
  }
  // No package needs its install script to run: what is compiled comes as a package of its own.
  const install = spawnSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { cwd: target, stdio: 'inherit' });
  if (install.status !== 0) throw new Error('npm ci failed in the production folder');
  leaveOutFonts(target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [target, ...services] = process.argv.slice(2);
  if (!target) throw new Error('usage: npm run prune <folder> [service …]');
  prune(resolve(target), services.length ? services : undefined);
  console.log(`production folder: ${resolve(target)}`);
}
