import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { visitedOn } from '../http/running.js';
import type { Figures } from './load.js';
import type { Target } from './target.js';

interface Sent {
  status: number;
  body: { id: string; version: number; lines: { id: string }[] };
}

/**
 * One unit of work is a request filed, submitted and reviewed with its verdict: four HTTP calls by two people over
 * three services. Counts whole units; latencies are of the review alone.
 */
export async function submitAndReview(target: Target, inFlight: number, seconds: number): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const until = Date.now() + seconds * 1_000;
  const reviewsMs: number[] = [];
  let errors = 0;
  const work = async (): Promise<void> => {
    while (Date.now() < until) {
      const ms = await oneRequest(target, agent);
      if (ms === null) errors += 1;
      else reviewsMs.push(ms);
    }
  };
  const startedAt = Date.now();
  await Promise.all(Array.from({ length: inFlight }, work));
  agent.destroy();
  reviewsMs.sort((a, b) => a - b);
  const at = (share: number): number => reviewsMs[Math.min(reviewsMs.length - 1, Math.floor(reviewsMs.length * share))] ?? 0;
  return {
    requestsPerSecond: Math.round(reviewsMs.length / ((Date.now() - startedAt) / 1_000)),
    p50Ms: at(0.5), p975Ms: at(0.975), p99Ms: at(0.99), errors,
  };
}

/** Milliseconds of the review, or null when any step was refused. */
async function oneRequest(target: Target, agent: Agent): Promise<number | null> {
  const { manager, clerk } = target.cookie;
  const post = (path: string, cookie: string, body: object): Promise<Sent> => send(target.platform.gatewayUrl, { agent, method: 'POST', path, cookie, body });
  const filed = await post('/parts-requests', manager, {
    purpose: 'visit', visitOn: visitedOn(), deliveryAddress: '仓库', urgency: 'scheduled', lines: [{ partId: target.partId, quantity: 1, unitSerial: target.serial }],
  });
  if (filed.status !== 201) return null;
  const submitted = await post(`/parts-requests/${filed.body.id}/submit`, manager, { version: filed.body.version });
  const shown = await send(target.platform.gatewayUrl, { agent, method: 'GET', path: `/parts-requests/${filed.body.id}`, cookie: clerk });
  if (submitted.status !== 200 || shown.status !== 200) return null;
  const startedAt = performance.now();
  const reviewed = await post(`/parts-requests/${filed.body.id}/review`, clerk, { version: submitted.body.version, lines: shown.body.lines.map(({ id }) => ({ lineId: id })) });
  return reviewed.status === 200 ? performance.now() - startedAt : null;
}

interface Sending {
  agent: Agent;
  method: string;
  path: string;
  cookie: string;
  body?: object;
}

function send(url: string, { agent, method, path, cookie, body }: Sending): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/api/v1${path}`, {
      agent, method, headers: { cookie, 'content-type': 'application/json', ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}) },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Sent['body'] }));
    });
    request.once('error', reject);
    request.end(body ? JSON.stringify(body) : undefined);
  });
}
