// Whether what runs also answers. The broker is asked for a real JetStream round trip, since on a full disk it stays alive, accepts
// connections and hangs; a service is asked whether its event loop turns.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const STREAM = 'PROBE';
const SUBJECT = 'probe.supervisor';
const TIMEOUT_MS = 2_000;
/** A loaded machine answers late; only so many unanswered questions in a row, without a single answer between them, are a hang. */
const UNANSWERED_MAX = 6;
const HUNG_AFTER_MS = 30_000;
const PAUSE_MS = 3_000;

/**
 * Stores one message in a stream of its own and waits for the broker's confirmation. Throws when that does not come in
 * two seconds.
 *
 * @param {{ url: string, user?: string, password?: string }} broker
 */
export async function jetStreamRoundTrip({ url, user, password }) {
  const nats = await connect({ servers: url, user, pass: password, timeout: TIMEOUT_MS, reconnect: false, name: 'supervisor', inboxPrefix: '_INBOX.supervisor' });
  try {
    const options = { timeout: TIMEOUT_MS, checkAPI: false };
    const stream = { name: STREAM, subjects: [SUBJECT], max_msgs: 1, storage: 'file' };
    try {
      await jetstream(nats, options).publish(SUBJECT, 'probe', { timeout: TIMEOUT_MS });
    } catch {
      await (await jetstreamManager(nats, options)).streams.add(stream);
      await jetstream(nats, options).publish(SUBJECT, 'probe', { timeout: TIMEOUT_MS });
    }
  } finally {
    await Promise.race([nats.close(), new Promise((resolve) => { setTimeout(resolve, 500).unref(); })]);
  }
}

/**
 * Probes every few seconds; after three misses in a row calls `onHung` and waits for it.
 *
 * @param {{ broker: () => { url: string, user?: string, password?: string }, onHung: () => Promise<void>, everyMs?: number }} options
 * @returns {() => void} ends the watch
 */
export function watchBroker({ broker, onHung, everyMs = 1_500 }) {
  let misses = 0;
  let ended = false;
  const round = async () => {
    try {
      await jetStreamRoundTrip(broker());
      misses = 0;
    } catch {
      misses += 1;
    }
    if (misses >= 3 && !ended) {
      misses = 0;
      await onHung().catch(() => undefined);
    }
    if (!ended) setTimeout(round, everyMs).unref();
  };
  setTimeout(round, everyMs).unref();
  return () => { ended = true; };
}

/** 'answers', or 'silent' when nothing came in time. What refuses the connection is starting or ending, and no hang. */
async function liveness(port, withinMs) {
  try {
    await fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(withinMs) });
    return 'answers';
  } catch (error) {
    return error.name === 'TimeoutError' ? 'silent' : 'answers';
  }
}

/**
 * Asks a process every few seconds whether it lives; calls `onHung` after six questions in a row that got no answer, together
 * at least `hungAfterMs`. Unanswered questions are counted and not time, so that a machine that slept ends nothing. A new process
 * begins anew.
 *
 * @param {{ port: number, pid: () => number | null, onHung: (silentMs: number) => void, hungAfterMs?: number, pauseMs?: number }} options
 * @returns {() => void} ends the watch
 */
export function watchLiveness({ port, pid, onHung, hungAfterMs = HUNG_AFTER_MS, pauseMs = PAUSE_MS }) {
  let asked = null;
  let unanswered = 0;
  let ended = false;
  const round = async () => {
    const now = pid();
    if (now === null || (await liveness(port, hungAfterMs / UNANSWERED_MAX)) === 'answers' || pid() !== now) unanswered = 0;
    else unanswered = asked === now ? unanswered + 1 : 1;
    asked = now;
    if (unanswered >= UNANSWERED_MAX && !ended) {
      unanswered = 0;
      onHung(hungAfterMs);
    }
    if (!ended) setTimeout(round, pauseMs).unref();
  };
  setTimeout(round, pauseMs).unref();
  return () => { ended = true; };
}
