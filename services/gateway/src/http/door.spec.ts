import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { Door, keepDoor, type Leave } from './door.js';

describe('the door', () => {
  const entered: string[] = [];
  beforeEach(() => { entered.length = 0; });
  const come = (door: Door, name: string, weight = 1): Leave => door.come(weight, () => entered.push(name));

  it('lets in what fits, and the next ones in the order they came', () => {
    const door = new Door({ room: 2, heldMsMax: 10_000 });
    const [first, second] = ['a', 'b', 'c', 'd'].map((name) => come(door, name));
    expect(entered).toEqual(['a', 'b']);
    expect(door.waitingCount).toBe(2);
    second();
    expect(entered).toEqual(['a', 'b', 'c']);
    first();
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
    expect(door.waitingCount).toBe(0);
  });

  it('lets nobody light overtake one who waits for more room', () => {
    const door = new Door({ room: 4, heldMsMax: 10_000 });
    const [a, b] = [come(door, 'look 1'), come(door, 'look 2')];
    come(door, 'change', 3);
    come(door, 'look 3');
    expect(entered).toEqual(['look 1', 'look 2']);
    a();
    expect(entered).toEqual(['look 1', 'look 2', 'change']);
    b();
    expect(entered).toEqual(['look 1', 'look 2', 'change', 'look 3']);
  });

  it('takes what weighs more than there is room for by itself', () => {
    const door = new Door({ room: 2, heldMsMax: 10_000 });
    const look = come(door, 'look');
    const change = come(door, 'change', 3);
    expect(entered).toEqual(['look']);
    look();
    expect(entered).toEqual(['look', 'change']);
    change();
  });

  it('is left once, however often that is said', () => {
    const door = new Door({ room: 1, heldMsMax: 10_000 });
    const first = come(door, 'first');
    come(door, 'second');
    come(door, 'third');
    first();
    first();
    expect(entered).toEqual(['first', 'second']);
  });

  it('forgets who goes while he waits, and lets in who stood behind him', () => {
    const door = new Door({ room: 3, heldMsMax: 10_000 });
    come(door, 'look');
    const gone = come(door, 'change', 3);
    come(door, 'next look');
    gone();
    expect(entered).toEqual(['look', 'next look']);
    expect(door.waitingCount).toBe(0);
  });

  it('gives the room of one who takes long to the next, and not a second time when he goes', async () => {
    const door = new Door({ room: 1, heldMsMax: 20 });
    const slow = come(door, 'slow');
    come(door, 'next');
    await sleep(100);
    expect(entered).toEqual(['slow', 'next']);
    await sleep(100);
    slow();
    come(door, 'third');
    come(door, 'fourth');
    expect(entered).toEqual(['slow', 'next', 'third']);
  });
});

describe('requests at the door', () => {
  let instance: FastifyInstance;
  const inside: (() => void)[] = [];
  const registry = new Registry();

  beforeAll(async () => {
    instance = fastify({ forceCloseConnections: true });
    keepDoor(instance, { registry, isWatching: (path) => path === '/health/live' });
    instance.get('/health/live', () => 'alive');
    instance.get('/slow', () => new Promise((resolve) => { inside.push(() => resolve('answered')); }));
    await instance.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => instance.close());

  it('are all answered when there are more than fit, and the watch over the platform does not wait', async () => {
    const address = instance.listeningOrigin;
    const many = Array.from({ length: 100 }, () => fetch(`${address}/slow`).then((answer) => answer.text()));
    while (inside.length === 0) await sleep(5);
    expect(await (await fetch(`${address}/health/live`)).text()).toBe('alive');
    expect(await registry.getSingleMetricAsString('aftercare_http_waiting')).toMatch(/aftercare_http_waiting \d+$/m);
    const answering = setInterval(() => inside.splice(0).forEach((answer) => answer()), 5);
    const answers = await Promise.all(many);
    clearInterval(answering);
    expect(answers).toEqual(Array.from({ length: 100 }, () => 'answered'));
  });
});
