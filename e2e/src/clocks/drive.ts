import { setTimeout as sleep } from 'node:timers/promises';
import { NotDone, PatientClient, type Patience } from '../chaos/patient-client.js';
import { Random } from '../demo/random.js';
import type { Ref } from '../http/api.js';
import { moveBusinessClock } from '../http/running.js';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { drawLife, type Life, type LifeStep } from './lives.js';
import type { ClockStage } from './stage.js';

/** How a campaign goes. */
export interface Campaign {
  calls: number;
  kills: number;
  /** Lives, kills and their moments follow from it. */
  seed: number;
  /** How far the business clock moves at once while there is something to do. */
  tickMinutes: number;
}

/** A call of the campaign. */
interface Driven {
  life: Life;
  id: string;
  version: number;
  /** Steps that are done. */
  done: number;
}

/** What a campaign did. */
export interface Drove {
  ids: string[];
  kills: { repairs: number; nats: number };
}

const IN_FLIGHT = 12;
const HOUR = 60;
/** After the last step: every warning, breach and escalation has come. */
const REST_HOURS = 50;
const KILL_AFTER_MS = 600;
const READY_PAUSE_MS = 200;

/** Opens and works on the calls while the business clock runs in ticks and processes are killed right after it was moved. */
export async function driveClocks(world: SpecPlatform, stage: ClockStage, campaign: Campaign, tools: { patience: Patience; say: (text: string) => void }): Promise<Drove> {
  const random = new Random(campaign.seed);
  const calls = Array.from({ length: campaign.calls }, (): Driven => ({ life: drawLife(random, stage.dealers.length), id: '', version: 0, done: 0 }));
  const ticks = ticksOf(calls, campaign.tickMinutes);
  const kills = killsOf(ticks.length, campaign.kills, random);
  const drive = new Drive(world, stage, tools.patience);
  let minute = 0;
  for (const [index, tick] of ticks.entries()) {
    if (tick > minute) await moveBusinessClock(world.running.databases, `${tick - minute}m`);
    minute = tick;
    const killing = kills.has(index) ? drive.kill(kills.get(index) as Kill) : Promise.resolve();
    await drive.work(calls, minute);
    await killing;
    if (index % Math.ceil(ticks.length / 20) === 0) tools.say(`hour ${Math.floor(minute / HOUR)}: ${calls.filter(({ id }) => id !== '').length} calls, ${drive.killed.repairs + drive.killed.nats} kills`);
  }
  return { ids: calls.flatMap(({ id }) => (id === '' ? [] : [id])), kills: drive.killed };
}

/** The minutes at which something is to be done, rounded up to ticks; between them the clock jumps. */
function ticksOf(calls: readonly Driven[], tickMinutes: number): number[] {
  const minutes = calls.flatMap(({ life: { opensAt, steps } }) => [opensAt, ...steps.map(({ after }) => opensAt + after)]);
  const last = Math.max(0, ...minutes) + REST_HOURS * HOUR;
  const ticks = new Set(minutes.map((minute) => Math.ceil(minute / tickMinutes) * tickMinutes));
  // The clocks of the last calls run out in ticks as well, so that kills meet them.
  for (let minute = 0; minute <= last; minute += tickMinutes * 4) ticks.add(minute);
  return [...ticks].sort((a, b) => a - b);
}

interface Kill {
  afterMs: number;
  victims: ('repairs' | 'nats')[];
}

/** Kills at ticks drawn without repetition: the service mostly, every fourth time the broker, every eighth both. */
function killsOf(ticks: number, kills: number, random: Random): Map<number, Kill> {
  const found = new Map<number, Kill>();
  while (found.size < Math.min(kills, ticks)) {
    const tick = random.whole(0, ticks - 1);
    if (found.has(tick)) continue;
    const number = found.size + 1;
    found.set(tick, { afterMs: random.whole(0, KILL_AFTER_MS), victims: number % 8 === 0 ? ['repairs', 'nats'] : number % 4 === 0 ? ['nats'] : ['repairs'] });
  }
  return found;
}

/** Everybody at work, patient while processes die. */
class Drive {
  readonly killed = { repairs: 0, nats: 0 };
  private readonly managers: PatientClient[];
  private readonly technicians: PatientClient[];
  private readonly supervisor: PatientClient;

  constructor(private readonly world: SpecPlatform, private readonly stage: ClockStage, private readonly patience: Patience) {
    this.managers = stage.dealers.map(({ manager }) => new PatientClient(manager, patience));
    this.technicians = stage.dealers.map(({ technician }) => new PatientClient(technician, patience));
    this.supervisor = new PatientClient(stage.people.supervisor, patience);
  }

  /** All that is due by this minute, each call's steps in their order. */
  async work(calls: readonly Driven[], minute: number): Promise<void> {
    const due = calls.filter((call) => (call.id === '' ? call.life.opensAt <= minute : this.nextOf(call, minute) !== undefined));
    const lane = async (): Promise<void> => {
      for (let call = due.pop(); call; call = due.pop()) await this.advance(call, minute);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  }

  /** As a power cut would; the supervision starts it again. Waits until it serves. */
  async kill({ afterMs, victims }: Kill): Promise<void> {
    await sleep(afterMs);
    for (const name of victims) {
      const victim = name === 'nats' ? this.world.platform.nats : this.world.platform.services.repairs;
      if (victim?.pid === null || victim === undefined) continue;
      victim.kill('SIGKILL');
      this.killed[name] += 1;
    }
    await sleep(READY_PAUSE_MS);
    await this.world.platform.waitReady('repairs');
  }

  private nextOf({ life, done }: Driven, minute: number): LifeStep | undefined {
    const next = life.steps[done];
    return next && life.opensAt + next.after <= minute ? next.step : undefined;
  }

  private async advance(call: Driven, minute: number): Promise<void> {
    try {
      if (call.id === '') await this.open(call);
      for (let step = this.nextOf(call, minute); step; step = this.nextOf(call, minute)) await this.take(call, step);
    } catch (error) {
      // Told to the tally; a call that went wrong is left as it is.
      call.done = call.life.steps.length;
      if (!(error instanceof NotDone)) throw error;
    }
  }

  private async open(call: Driven): Promise<void> {
    const phone = `138${String(10_000_000 + call.life.opensAt * 1_000 + this.patience.tally.answered % 1_000)}`;
    const opened = await (this.managers[call.life.dealer] as PatientClient).command<Ref>('/repair-calls', {
      channel: 'phone', contactName: '时钟客户', contactPhone: phone, address: { regionCode: '310104', detail: '中山西路4号' }, symptoms: '滴水', unitDescription: '龙头',
    });
    Object.assign(call, { id: opened.id, version: opened.version });
  }

  private async take(call: Driven, step: LifeStep): Promise<void> {
    const { dealer } = call.life;
    const [manager, technician] = [this.managers[dealer] as PatientClient, this.technicians[dealer] as PatientClient];
    const version = call.version;
    const send = (by: PatientClient, body: object): Promise<Ref> => by.command(`/repair-calls/${call.id}/${step}`, { version, ...body });
    const steps: Record<LifeStep, () => Promise<Ref>> = {
      assign: () => send(manager, { technicianUserId: this.stage.dealers[dealer]?.technicianUserId }),
      extend: () => send(technicianOr(manager, technician, call), { reason: 'remote_area' }),
      'strike-special': () => send(this.supervisor, { reason: '不属实' }),
      record: () => send(technician, {
        faults: [{ faultCode: this.stage.faultCode, faultDescription: '滴水', cause: '阀芯磨损', action: '更换阀芯' }], resolved: true, toldCustomer: '已试水',
      }),
      refuse: () => send(technician, { reason: '还在滴水' }),
      reopen: () => send(manager, { reason: '又坏了' }),
      cancel: () => send(manager, { reason: '客户取消' }),
    };
    call.version = (await steps[step]()).version;
    call.done += 1;
  }
}

/** Who has the call enters its special. */
function technicianOr(manager: PatientClient, technician: PatientClient, { life }: Driven): PatientClient {
  return life.steps.some(({ step }) => step === 'assign') ? technician : manager;
}
