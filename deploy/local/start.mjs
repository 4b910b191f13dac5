// npm start: the bootstrap, then the platform, until Ctrl-C. Node built-ins only up to the bootstrap's end.
import { bootstrap, BootstrapError } from './bootstrap.mjs';
import { runningPlatform } from './run-file.mjs';
import { platformDir, startSettings } from './settings.mjs';

const USAGE = `npm start [-- --empty]
  --empty   no demo data: makes the first administrator and prints its one-time password
Variables: PORT (default 3000), DATABASE_URL, NATS_URL, AFTERCARE_DIR (default .local), see deploy/README.md`;

async function main(args) {
  const unknown = args.filter((arg) => arg !== '--empty');
  if (unknown.length > 0) {
    process.stdout.write(`${USAGE}\n`);
    return unknown.every((arg) => ['--help', '-h'].includes(arg)) ? 0 : 2;
  }
  try {
    const settings = startSettings(process.env);
    const dir = platformDir();
    const other = runningPlatform(dir);
    if (other) {
      process.stderr.write(`Aftercare already runs here (process ${other.supervisor}): ${other.gatewayUrl ?? 'still starting'}\n`);
      return 1;
    }
    await bootstrap();
    const { up } = await import('./up.mjs');
    return await up({ dir, empty: args.includes('--empty'), settings });
  } catch (error) {
    const expected = error instanceof BootstrapError || process.env.DEBUG === undefined;
    process.stderr.write(`\n${expected ? error.message : error.stack}\n`);
    return 1;
  }
}

process.exit(await main(process.argv.slice(2)));
