import { Logger } from '@nestjs/common';
import { createLogger, NestLogger } from '@aftercare/service';
import type { FastifyReply } from 'fastify';
import type { CallerRequest } from './caller.js';
import { ProblemFilter } from './problem.filter.js';
import { KnownRoutes } from './routes.js';

const lines: Record<string, unknown>[] = [];
const reply = { status: () => reply, header: () => reply, send: () => reply };

beforeAll(() => Logger.overrideLogger(new NestLogger(createLogger('gateway', 'info', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }))));
afterAll(() => Logger.overrideLogger(true));

it('the log line of a 500 says what failed and where, and carries the ids its caller was told', () => {
  const request = { url: '/x', headers: { 'x-request-id': 'request-1' } } as unknown as CallerRequest;
  new ProblemFilter(new KnownRoutes()).answer(new TypeError('no such thing'), request, reply as unknown as FastifyReply);
  expect(lines).toEqual([expect.objectContaining({
    level: 'error', msg: 'request failed', reason: 'INTERNAL', requestId: 'request-1', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    err: expect.objectContaining({ type: 'TypeError', message: 'no such thing', stack: expect.stringContaining('problem.filter.spec') as string }) as object,
  })]);
});

it('a client that breaks off while his body is read is no failure of the platform; one that was reset elsewhere is', () => {
  const answered = (complete: boolean): string[] => {
    lines.length = 0;
    const request = { url: '/x', headers: {}, raw: { complete } } as unknown as CallerRequest;
    new ProblemFilter(new KnownRoutes()).answer(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), request, reply as unknown as FastifyReply);
    return lines.map(({ msg }) => String(msg));
  };
  expect(answered(false)).toEqual([]);
  expect(answered(true)).toEqual(['request failed']);
});
