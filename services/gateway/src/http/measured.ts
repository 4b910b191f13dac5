import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5];
const MS = 1_000;

/** Time to answer each route, for Prometheus; ids in the path are not told apart. */
export function measureRequests(instance: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'aftercare_http_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_S,
    registers: [registry],
  });
  instance.addHook('onResponse', (request, reply, done) => {
    seconds.observe({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) }, reply.elapsedTime / MS);
    done();
  });
}
