// npm run prune <folder> [service …]: the production folder of the named services (all when none is named):
// compiled code, the libraries it runs on, production packages. Run there: node services/<service>/dist/main.js
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const everyService = readJson('deploy/services.json').map(({ name }) => name);
/** Only for tests and tools; their code does not leave the workspace. */
const toolLibs = ['testing', 'quality'];

/** package.json and lock file without what only a developer's machine needs: the embedded PostgreSQL. */
function writeManifests(target) {
  const manifest = readJson('package.json');
  const lock = readJson('package-lock.json');
  for (const name of Object.keys(manifest.optionalDependencies ?? {})) delete lock.packages[`node_modules/${name}`];
  for (const file of [manifest, lock.packages['']]) delete file.optionalDependencies;
  delete manifest.scripts;
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(target, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  cpSync(join(root, '.npmrc'), join(target, '.npmrc'));
}

/** npm ci wants the manifest of every workspace; code is copied for `projects` only. */
function copyProjects(target, projects) {
  for (const group of ['libs', 'services']) {
    for (const name of readdirSync(join(root, group))) {
      const folder = join(group, name);
      mkdirSync(join(target, folder), { recursive: true });
      cpSync(join(root, folder, 'package.json'), join(target, folder, 'package.json'));
      if (!projects.includes(folder)) continue;
      if (!existsSync(join(root, folder, 'dist'))) throw new Error(`${folder}/dist is missing: run npm run build first`);
      cpSync(join(root, folder, 'dist'), join(target, folder, 'dist'), { recursive: true });
    }
  }
}

/** Of nine weights of the font of the papers, 10 MB each, two are printed with. */
function leaveOutFonts(target) {
  const folder = join(target, 'node_modules/@expo-google-fonts/noto-sans-sc');
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
  const libs = readdirSync(join(root, 'libs')).filter((name) => !toolLibs.includes(name)).map((name) => `libs/${name}`);
  mkdirSync(target, { recursive: true });
  writeManifests(target);
  copyProjects(target, [...libs, ...services.map((name) => `services/${name}`)]);
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
