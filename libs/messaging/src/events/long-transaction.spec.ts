import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@aftercare/domain';
import { announce } from '../index.js';
import { deleteStream, effectListener, EVENT, newNamespace, openService, ready, stopAll, until } from '../spec/harness.js';

const HELD_OPEN_MS = 90_000;

afterAll(stopAll);

/** A file of its own: jest runs it beside the others, so that the minute and a half costs no time. */
it('an event of a transaction held open for 90 s gets out, although many later ones went before', async () => {
  const namespace = newNamespace();
  const teller = await openService({ name: 'teller', namespace });
  const listener = await openService({ name: 'listener', namespace, events: [effectListener()] });
  teller.messaging.start();
  listener.messaging.start();
  await Promise.all([ready(teller), ready(listener)]);
  const customerId = newId();
  const later: string[] = [];
  await teller.database.transaction(async (em) => {
    await announce(em, EVENT, { customerId }, teller.ctx());
    for (const endMs = Date.now() + HELD_OPEN_MS; Date.now() < endMs; await sleep(3_000)) later.push(await teller.tell());
  });
  const effects = async (): Promise<Record<string, number>> => listener.effects();
  await until(async () => (await effects())[customerId] === 1);
  const heard = await effects();
  expect(later.map((id) => heard[id])).toEqual(later.map(() => 1));
  expect(later.length).toBeGreaterThan(20);
  await deleteStream(teller);
}, HELD_OPEN_MS + 60_000);
