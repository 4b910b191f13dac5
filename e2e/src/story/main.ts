import { Api } from '../http/api.js';
import { runningPlatform, signInAs } from '../http/running.js';
import { bothLoops } from './both-loops.js';
import { setUpStage } from './stage.js';

/** `npm run story`: the whole loop against the running platform, each step with its document number. */
async function main(): Promise<void> {
  const { url, dir } = runningPlatform();
  const admin = new Api(url);
  const { login, password } = signInAs('admin', dir);
  await admin.signIn(login, password);
  let steps = 0;
  const tell = (step: string, number: string): void => {
    steps += 1;
    process.stdout.write(`${String(steps).padStart(2)}  ${number.padEnd(22)} ${step}\n`);
  };
  const suffix = Date.now().toString(36).slice(-6);
  const startedAt = Date.now();
  const stage = await setUpStage(admin, { url, password: `Story-${suffix}-9`, suffix }, tell);
  await bothLoops(stage);
  process.stdout.write(`the story is told: ${steps} steps in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
