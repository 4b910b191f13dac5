// npm run <command>: the bootstrap where something is missing, then a program of e2e. Node built-ins only up to the bootstrap's end.
import { fileURLToPath } from 'node:url';
import { bootstrap, BootstrapError } from './bootstrap.mjs';

const PROGRAMS = new URL('../../e2e/dist/', import.meta.url);
const INTERRUPTED = 130;

async function main([program, ...args]) {
  try {
    await bootstrap();
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
  const { stopPlatforms } = await import('./platform.mjs');
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      // A campaign that ends its round first listens itself.
      if (process.listenerCount(signal) === 1) void stopPlatforms().finally(() => process.exit(INTERRUPTED));
    });
  }
  const file = new URL(`${program}.js`, PROGRAMS);
  process.argv = [process.argv[0], fileURLToPath(file), ...args];
  await import(file.href);
}

await main(process.argv.slice(2));
