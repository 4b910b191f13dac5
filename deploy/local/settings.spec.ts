import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { httpEnvironment } from './platform.mjs';
import { REFUSED_PORTS, startSettings } from './settings.mjs';

describe('the variables of npm start', () => {
  it('without any there are the defaults', () => {
    const defaults = { port: 3_000, profile: 'demo', databaseUrl: undefined, natsUrl: undefined };
    expect(startSettings({})).toEqual(defaults);
    expect(startSettings({ PORT: '', PROFILE: '', DATABASE_URL: '', NATS_URL: '' })).toEqual(defaults);
    expect(startSettings({ PORT: '8080', NATS_URL: 'tls://broker:4222' })).toMatchObject({ port: 8_080, natsUrl: 'tls://broker:4222' });
  });

  it.each([
    ['PORT', 'abc'], ['PORT', '65536'], ['PORT', '-1'], ['PORT', '3e3'], ['PORT', '0x10'], ['PORT', '3000 '], ['PORT', '4190'],
    ['PROFILE', 'prod'], ['DATABASE_URL', 'mysql://u:hidden@127.0.0.1/x'], ['NATS_URL', 'hidden'],
    ['PUBLIC_URL', 'hidden'], ['LABEL_URL', 'ftp://hidden'], ['OTEL_EXPORTER_OTLP_ENDPOINT', 'hidden'], ['LOG_LEVEL', 'loud'],
    ['AFTERCARE_DIR', '/dev/null'], ['AFTERCARE_DIR', join(__filename, 'below', 'a-file')],
    ['NATS_SERVER', '/no/such/program'], ['NATS_SERVER_SHA256', 'abc'],
    ['DB_POOL_SIZE', '0'], ['DB_POOL_SIZE', '51'], ['USER_REQUESTS_PER_MINUTE', 'x'], ['ADDRESS_REQUESTS_PER_MINUTE', '0'], ['PUBLIC_REQUESTS_PER_MINUTE', '-1'], ['TRUST_PROXY', 'maybe'],
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

  it('right ones are taken, a folder that is not there yet among them; a broker somebody else runs needs no program', () => {
    const right = {
      PUBLIC_URL: 'https://service.example.com', LABEL_URL: 'http://label.example.com/', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', LOG_LEVEL: 'silent',
      AFTERCARE_DIR: join(__dirname, 'not', 'there', 'yet'), NATS_SERVER: process.execPath, NATS_SERVER_URL: 'https://example.com/nats.tar.gz', NATS_SERVER_SHA256: 'A'.repeat(64),
      DB_POOL_SIZE: '50', USER_REQUESTS_PER_MINUTE: '999999999', TRUST_PROXY: 'yes',
    };
    expect(startSettings(right)).toEqual(startSettings({}));
    expect(() => startSettings({ NATS_SERVER_URL: 'nowhere' })).toThrow(/NATS_SERVER_URL is not[^\n]*\n {2}- NATS_SERVER_SHA256 is missing/);
    expect(startSettings({ NATS_SERVER: '/no/such/program', NATS_URL: 'nats://127.0.0.1' })).toMatchObject({ natsUrl: 'nats://127.0.0.1' });
  });

  it('refuses the ports that fetch refuses, over which no page and no program of ours would come', async () => {
    const refusalOf = (port: number): Promise<unknown> => fetch(`http://127.0.0.1:${port}`).then(() => 'answered', (error: unknown) => ((error as Error).cause as Error).message);
    for (const port of REFUSED_PORTS) expect([port, await refusalOf(port)]).toEqual([port, 'bad port']);
  });

  it.each(['reset.mjs', 'backup.mjs', 'restore.mjs'])('%s names a wrong AFTERCARE_DIR as well', (program) => {
    const { status, stderr } = spawnSync(process.execPath, [join(__dirname, program), 'a.backup'], { env: { ...process.env, AFTERCARE_DIR: __filename }, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('AFTERCARE_DIR is not a folder');
    expect(stderr).not.toContain('ENOTDIR');
  });

  it('only variables that somebody set are named: the label’s address is left to the gateway, PUBLIC_URL stands for it there', () => {
    expect(httpEnvironment(3_000, {})).toEqual({ HTTP_PORT: '3000', HTTP_HOST: '127.0.0.1', PUBLIC_URL: 'http://127.0.0.1:3000' });
    expect(httpEnvironment(3_000, { PUBLIC_URL: 'https://a.example.com' })).not.toHaveProperty('LABEL_URL');
  });

  it('neither a backup nor a restore touches a server that somebody else runs', () => {
    for (const program of ['backup.mjs', 'restore.mjs']) {
      const { status, stderr } = spawnSync(process.execPath, [join(__dirname, program), __filename], { env: { ...process.env, DATABASE_URL: 'postgres://u@127.0.0.1/x', AFTERCARE_DIR: join(__dirname, 'nowhere') }, encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stderr).toContain('DATABASE_URL is set');
    }
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
