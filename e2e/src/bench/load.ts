import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';

/** What a measurement sends; a sequence is walked by each connection on its own. */
export interface Load {
  url: string;
  inFlight: number;
  seconds: number;
  /** Ends after so many requests instead. */
  amount?: number;
  requests: autocannon.Request[];
  headers?: Record<string, string>;
}

/** What a measurement found. autocannon has no p95, hence p97.5. */
export interface Figures {
  requestsPerSecond: number;
  p50Ms: number;
  p975Ms: number;
  p99Ms: number;
  errors: number;
}

/** A run of some requests ends with a sample: they are taken often enough not to wait for one. */
const SAMPLE_MS = 20;

/** Runs a bounded load and answers its figures; anything but a 2xx counts as an error. */
export async function measure(load: Load): Promise<Figures> {
  const result = await autocannon({
    url: load.url, connections: load.inFlight, ...(load.amount ? { amount: load.amount, sampleInt: SAMPLE_MS } : { duration: load.seconds }), headers: load.headers, requests: load.requests, timeout: 10,
  });
  return {
    requestsPerSecond: Math.round(result.requests.total / result.duration),
    p50Ms: result.latency.p50,
    p975Ms: result.latency.p97_5,
    p99Ms: result.latency.p99,
    errors: result.errors + result.non2xx,
  };
}

/** A POST with a fresh Idempotency-Key each time. */
export function keyedPost(path: string, body: () => object): autocannon.Request {
  return {
    method: 'POST',
    path,
    setupRequest: (request) => ({
      ...request,
      headers: { ...request.headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(body()),
    }),
  };
}

/** A GET of one of these paths, another one each time. */
export function anyOf(paths: string[]): autocannon.Request {
  let next = 0;
  return {
    method: 'GET',
    setupRequest: (request) => {
      next = (next + 1) % paths.length;
      return { ...request, path: paths[next] };
    },
  };
}

/**
 * Whichever connection asks next gets the next of these. A list given to a load is walked by each connection alike, all of them at the
 * same step: that is one kind after the other and no mix.
 */
export function inTurn(requests: autocannon.Request[]): autocannon.Request {
  let next = 0;
  return {
    setupRequest: (request, context) => {
      const chosen = requests[next++ % requests.length];
      const merged = { ...request, ...chosen, headers: { ...request.headers, ...chosen.headers } };
      return typeof chosen.setupRequest === 'function' ? chosen.setupRequest(merged, context) : merged;
    },
  };
}

/** The middle of several runs by p97.5, as bounds are held against it. */
export function median(runs: Figures[]): Figures {
  return [...runs].sort((a, b) => a.p975Ms - b.p975Ms)[Math.floor(runs.length / 2)] as Figures;
}

/** The best of several runs: machines are shared, and a floor is what can be reached. */
export function best(runs: Figures[]): Figures {
  return runs.reduce((a, b) => (b.requestsPerSecond > a.requestsPerSecond ? b : a));
}
