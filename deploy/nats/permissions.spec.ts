import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventMap } from '@aftercare/contracts';
import { startNats, type RunningNats } from '../local/nats.mjs';
import { jetStreamRoundTrip } from '../local/probe.mjs';
import { factsFrom, rightsOf, writeNatsConfig } from './permissions.mjs';

const facts = factsFrom(eventMap);
// Beginning with digits and an e, as derived secrets may: unquoted it would be read as a number.
const passwordOf = (user: string): string => `19e5${user}`;

describe('what services may do at the broker', () => {
  let dir: string;
  let server: RunningNats;
  const open: NatsConnection[] = [];

  const signIn = async (user?: string, pass = user && passwordOf(user)): Promise<NatsConnection> => {
    const nats = await connect({ servers: server.url, user, pass, reconnect: false, timeout: 2_000, inboxPrefix: `_INBOX.${user ?? 'nobody'}` });
    open.push(nats);
    return nats;
  };
  /** What the broker said against a publish, a subscription or a request; '' when it let it pass. */
  const objection = async (nats: NatsConnection, work: () => void): Promise<string> => {
    const said = (async () => {
      for await (const status of nats.status()) if (status.type === 'error') return status.error.message;
      return '';
    })();
    work();
    await nats.flush();
    return Promise.race([said, nats.flush().then(() => '')]);
  };
  const publishing = (nats: NatsConnection, subject: string): Promise<string> => objection(nats, () => nats.publish(subject, '{}'));
  const hearing = (nats: NatsConnection, subject: string): Promise<string> =>
    objection(nats, () => { nats.subscribe(subject, { callback: () => undefined }); });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aftercare-nats-'));
    writeNatsConfig(join(dir, 'nats.conf'), { passwordOf, facts });
    server = await startNats({ storeDir: join(dir, 'store'), configFile: join(dir, 'nats.conf'), natsUrl: '' });
    const parts = await signIn('parts');
    const jsm = await jetstreamManager(parts, { checkAPI: false });
    await jsm.streams.add({ name: 'EVENTS', subjects: ['evt.>'], storage: StorageType.File });
  }, 60_000);

  afterAll(async () => {
    await Promise.all(open.map((nats) => nats.close()));
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('nobody comes in without a name, with a wrong password or as another', async () => {
    await expect(signIn()).rejects.toThrow(/authorization/i);
    await expect(signIn('parts', 'guess')).rejects.toThrow(/authorization/i);
    await expect(signIn('stranger', 'guess')).rejects.toThrow(/authorization/i);
  });

  it('a service tells its own events, and those of another are refused', async () => {
    const parts = await signIn('parts');
    const stored = await jetstream(parts).publish('evt.aftercare.parts.v1.PartsShipped', '{}', { msgID: 'one' });
    expect(stored.stream).toBe('EVENTS');
    expect(await publishing(parts, 'evt.aftercare.invoicing.v1.InvoiceIssued')).toMatch(/permissions violation/i);
    expect(await publishing(parts, 'evt.anything')).toMatch(/permissions violation/i);
  });

  it('a listener reads the events that the map gives it through its own durable, and no other', async () => {
    const name = 'invoicing-PartsShipped';
    const filter_subject = 'evt.aftercare.parts.v1.PartsShipped';
    const invoicing = await signIn('invoicing');
    const jsm = await jetstreamManager(invoicing, { checkAPI: false });
    await jsm.consumers.add('EVENTS', { durable_name: name, filter_subject, ack_policy: AckPolicy.Explicit });
    const consumer = await jetstream(invoicing).consumers.get('EVENTS', name);
    const message = await consumer.next({ expires: 2_000 });
    expect(message?.subject).toBe(filter_subject);
    expect(await message?.ackAck()).toBe(true);

    const repairs = await signIn('repairs');
    expect(await publishing(repairs, `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${name}`)).toMatch(/permissions violation/i);
    expect(await publishing(repairs, `$JS.ACK.EVENTS.${name}.1.1.1.1.0`)).toMatch(/permissions violation/i);
    expect(await publishing(repairs, `$JS.API.CONSUMER.CREATE.EVENTS.repairs-PartsShipped.${filter_subject}`)).toMatch(/permissions violation/i);
    expect(await publishing(repairs, '$JS.API.CONSUMER.CREATE.EVENTS')).toMatch(/permissions violation/i);
  });

  it('the teller may look how far its listener is, not remove it', async () => {
    const jsm = await jetstreamManager(await signIn('parts'), { checkAPI: false });
    expect((await jsm.consumers.info('EVENTS', 'invoicing-PartsShipped')).num_pending).toBe(0);
    expect(await publishing(await signIn('parts'), '$JS.API.CONSUMER.DELETE.EVENTS.invoicing-PartsShipped')).toMatch(/permissions violation/i);
  });

  it.each([
    '$JS.API.STREAM.PURGE.EVENTS', '$JS.API.STREAM.DELETE.EVENTS', '$JS.API.STREAM.UPDATE.EVENTS', '$JS.API.STREAM.MSG.GET.EVENTS',
    '$JS.API.STREAM.MSG.DELETE.EVENTS', '$JS.API.STREAM.SNAPSHOT.EVENTS', '$JS.API.STREAM.CREATE.OTHER', '$JS.API.ACCOUNT.PURGE.AFTERCARE',
    '$SYS.REQ.SERVER.PING',
  ])('no service may %s', async (subject) => {
    for (const service of facts.services) expect(await publishing(await signIn(service), subject)).toMatch(/permissions violation/i);
  });

  it('a service serves its own rpcs and asks only whom it may ask', async () => {
    const customers = await signIn('customers');
    customers.subscribe('rpc.aftercare.customers.v1.CoverageService.DecideCoverage', { queue: 'customers', callback: (_error, message) => { message.respond('{}'); } });
    await customers.flush();
    const parts = await signIn('parts');
    const reply = await parts.request('rpc.aftercare.customers.v1.CoverageService.DecideCoverage', '{}', { timeout: 2_000 });
    expect(reply.string()).toBe('{}');
    expect(await hearing(customers, 'rpc.aftercare.parts.v1.>')).toMatch(/permissions violation/i);
    expect(await publishing(customers, 'rpc.aftercare.invoicing.v1.PaymentService.RecordPayment')).toMatch(/permissions violation/i);
    expect(await publishing(customers, 'rpc.aftercare.common.v1.OperationsService.DiscardDeadLetter.parts')).toMatch(/permissions violation/i);
    expect(await publishing(customers, 'rpc.aftercare.common.v1.OperationsService.MissingEvents.repairs')).toBe('');
  });

  it('nobody listens to events, answers or everything beside the durables', async () => {
    const parts = await signIn('parts');
    for (const subject of ['>', 'evt.>', 'rpc.>', '_INBOX.>', '_INBOX.gateway.>', '$JS.>', '$SYS.>']) {
      expect(await hearing(parts, subject)).toMatch(/permissions violation/i);
    }
  });

  it('the supervisor may probe the broker and nothing else', async () => {
    await jetStreamRoundTrip({ url: server.url, user: 'supervisor', password: passwordOf('supervisor') });
    const supervisor = await signIn('supervisor');
    for (const subject of ['evt.aftercare.parts.v1.PartsShipped', '$JS.API.STREAM.DELETE.EVENTS', '$JS.API.STREAM.PURGE.PROBE']) {
      expect(await publishing(supervisor, subject)).toMatch(/permissions violation/i);
    }
  });

  it('a reply inbox of another is written only in answer to its question', async () => {
    expect(await publishing(await signIn('parts'), '_INBOX.gateway.guessed.1')).toMatch(/permissions violation/i);
  });

  it('no right is wider than a service: no > at the root of a subject tree', () => {
    for (const service of facts.services) {
      const { publish, subscribe } = rightsOf(service, facts);
      for (const subject of [...publish, ...subscribe]) expect(subject).toMatch(/^(evt\.aftercare|rpc\.aftercare|_INBOX\.[a-z]+|\$JS\.API\.\w+|\$JS\.ACK\.EVENTS\.\w)/);
    }
  });
});
