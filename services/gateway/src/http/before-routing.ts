import { ServiceError } from '@aftercare/messaging';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemFilter } from './problem.filter.js';
import { KnownRoutes } from './routes.js';

/** An answer of the API is data: nothing in it may be run, framed or sniffed. */
export const DATA_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

/** Options of Fastify by which what fails before a route is found is answered as everything else is. */
export function beforeRouting(): Record<string, unknown> {
  const filter = new ProblemFilter(new KnownRoutes());
  return {
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => filter.answer(error, request, reply.headers(DATA_HEADERS)),
    // Fastify's own answer is no problem document; `refuseWhileClosing` gives one.
    return503OnClosing: false,
  };
}

/** Once the application closes, what still arrives on an open connection is told to try again. */
export function refuseWhileClosing(instance: FastifyInstance): void {
  let closing = false;
  instance.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  instance.addHook('onRequest', (_request, _reply, done) =>
    done(closing ? new ServiceError('unavailable', 'TRY_AGAIN', 'The gateway is stopping.') : undefined));
}
