import { Logger } from '@nestjs/common';
import { createLogger, NestLogger } from './index.js';

const lines: Record<string, unknown>[] = [];
const nest = new NestLogger(createLogger('sample', 'trace', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }));
const logger = new Logger('Http');

beforeAll(() => Logger.overrideLogger(nest));
afterAll(() => Logger.overrideLogger(true));

describe('Nest’s logger over pino', () => {
  it('merges the fields of an object into the line and keeps the reason and the stack of its error', () => {
    logger.error({ reason: 'INTERNAL', requestId: 'r-1', err: new TypeError('no such thing') }, undefined, 'request failed');
    expect(lines.at(-1)).toMatchObject({
      level: 'error', msg: 'request failed', chapter: 'Http', reason: 'INTERNAL', requestId: 'r-1',
      err: { type: 'TypeError', message: 'no such thing', stack: expect.stringContaining('logger.spec') as string },
    });
  });

  it('writes no personal data of an object or of the errors in it', () => {
    const row = Object.assign(new Error('duplicate key 13912345678'), { code: '23505', detail: 'Key (phone)=(13912345678)', severity: 'ERROR' });
    logger.error({ phone: '13912345678', err: row, other: row, caller: { name: '王芳' } }, 'request failed');
    expect(JSON.stringify(lines.at(-1))).not.toMatch(/13912345678|王芳/);
    expect(lines.at(-1)).toMatchObject({ err: { type: 'PostgresError', code: '23505' }, other: { type: 'PostgresError' } });
  });

  it('writes a text with its chapter, an error with its stack, and no stack as a chapter', () => {
    logger.log('started');
    expect(lines.at(-1)).toMatchObject({ level: 'info', msg: 'started', chapter: 'Http' });
    logger.error('the sweep failed', new Error('disk'));
    expect(lines.at(-1)).toMatchObject({ msg: 'the sweep failed', err: { message: 'disk' } });
    nest.error('broken', 'Error: x\n    at y');
    expect(lines.at(-1)).toMatchObject({ msg: 'broken' });
    expect(lines.at(-1)).not.toHaveProperty('chapter');
  });
});
