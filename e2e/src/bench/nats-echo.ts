import { connect } from '@nats-io/transport-node';
import { startNats } from '../../../deploy/local/nats.mjs';

const PAYLOAD = new TextEncoder().encode('x'.repeat(200));
const SUBJECT = 'echo';

/** Bare request-reply over a broker of its own, both sides in this process: what a bus costs at least. Answers per second. */
export async function natsEcho(storeDir: string, inFlight: number, seconds: number): Promise<number> {
  const broker = await startNats({ storeDir });
  const options = { servers: broker.url, noAsyncTraces: true };
  const [server, client] = await Promise.all([connect(options), connect(options)]);
  server.subscribe(SUBJECT, { callback: (_error, message) => void message.respond(message.data) });
  await server.flush();
  const until = Date.now() + seconds * 1_000;
  let answered = 0;
  const ask = async (): Promise<void> => {
    while (Date.now() < until) {
      await client.request(SUBJECT, PAYLOAD, { timeout: 2_000 });
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, ask));
  await Promise.all([server.close(), client.close()]);
  await broker.stop();
  return Math.round(answered / seconds);
}
