import { Api } from '../http/api.js';
import { runningPlatform, signInAs } from '../http/running.js';
import { compareClocks } from './compare.js';

/**
 * `npm run check:clocks`: compares the clocks of all calls of the running platform with what the list of events says. Exit code 0
 * only when nothing differs.
 */
async function main(): Promise<void> {
  const admin = new Api(runningPlatform().url);
  const { login, password } = signInAs('admin');
  await admin.signIn(login, password);
  const { compared, differences } = await compareClocks(admin);
  for (const { number, position, field, kept, derived } of differences) {
    process.stdout.write(`${number} clock ${position ?? 0}: ${field} is kept as "${kept ?? ''}", the events say "${derived ?? ''}"\n`);
  }
  process.stdout.write(`${compared} calls compared, ${differences.length} differences\n`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
