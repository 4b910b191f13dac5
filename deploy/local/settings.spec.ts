import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startSettings } from './settings.mjs';

describe('the variables of npm start', () => {
  it('without any there are the defaults', () => {
    const defaults = { port: 3_000, profile: 'demo', databaseUrl: undefined, natsUrl: undefined };
    expect(startSettings({})).toEqual(defaults);
    expect(startSettings({ PORT: '', PROFILE: '', DATABASE_URL: '', NATS_URL: '' })).toEqual(defaults);
    expect(startSettings({ PORT: '8080', NATS_URL: 'tls://broker:4222' })).toMatchObject({ port: 8_080, natsUrl: 'tls://broker:4222' });
  });

  it.each([
    ['PORT', 'abc'], ['PORT', '65536'], ['PORT', '-1'], ['PORT', '3e3'], ['PORT', '0x10'], ['PORT', '3000 '],
    ['PROFILE', 'prod'], ['DATABASE_URL', 'mysql://u:hidden@127.0.0.1/x'], ['NATS_URL', 'hidden'],
  ])('%s=%s is named, and its value is not repeated', (name, value) => {
    const message = (): string => {
      try {
        startSettings({ [name]: value });
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message()).toMatch(new RegExp(`^npm start cannot begin with these variables:\\n  - ${name} [^\\n]+$`));
    expect(message()).not.toContain('hidden');
  });

  it('all wrong ones are named at once', () => {
    expect(() => startSettings({ PORT: 'x', PROFILE: 'y' })).toThrow(/PORT[^\n]*\n {2}- PROFILE/);
  });

  it('a wrong variable stops the start before anything is installed', () => {
    const dir = join(__dirname, 'no-such-folder');
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'start.mjs')], { env: { ...process.env, PORT: 'abc', AFTERCARE_DIR: dir }, encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('PORT is not a whole number from 0 to 65535');
  });

  it('"ready after" counts from the start of npm start, what was installed and built included', () => {
    const waited = `setTimeout(async () => process.stdout.write((await import(${JSON.stringify(join(__dirname, 'up.mjs'))})).readyLine('http://x')), 1_200)`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', waited], { encoding: 'utf8' });
    const [, seconds] = /^Aftercare is ready after (\d+\.\d) s: http:\/\/x$/.exec(stdout) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(1.2);
  });
});
