// Asks the broker for a real JetStream round trip: on a full disk it stays alive, accepts connections and hangs.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const STREAM = 'PROBE';
const SUBJECT = 'probe.supervisor';
const TIMEOUT_MS = 2_000;

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
