import { createHash, randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import {
  OpenCallRequestSchema, PublicIntakeService, type FindNamedPhotosRequest, type GetPublicCallStateRequest, type GetPublicUnitRequest, type OpenPublicCallRequest,
} from '@aftercare/contracts';
import { businessDate, newId, requireRole, serialText, type CallState } from '@aftercare/domain';
import { notFound, Rpc, ServiceError, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, insertRow, type Tx } from '@aftercare/service';
import { create } from '@bufbuild/protobuf';
import { note } from '../calls/call-change.js';
import { newCall, openedAudit, openedEvent } from '../calls/call-intake.handlers.js';
import { refuseIncompleteIntake, refuseUnlikelyWish } from '../calls/call-intake.rules.js';
import { tellClerks } from '../calls/call-routing.js';
import { CallEventRow, RepairCall, type StoredAttachment } from '../calls/call.entity.js';
import { ownerFile } from '../registry/unit-owners.js';
import { CallStateLinkRow } from './call-state-link.entity.js';
import { joinedPhotos, linkHolds, linkUntil, publicState, publicSteps, refuseTooManyWaiting } from './public-call.rules.js';

type PublicIntake = Handlers<typeof PublicIntakeService>;
const TOKEN_BYTES = 32;

/** A customer scans the label and calls, and looks after his call, without an account. */
@Controller()
export class PublicIntakeHandlers implements PublicIntake {
  constructor(private readonly db: Database) {}

  @Rpc(PublicIntakeService.method.getPublicUnit)
  async getPublicUnit(request: GetPublicUnitRequest, ctx: CallContext): ReturnType<PublicIntake['getPublicUnit']> {
    return this.db.read(acting(ctx), async (tx) => {
      const { serial, family } = await unitOf(tx, request.serial);
      return { serial, family: family ?? '' };
    });
  }

  /**
   * The token is this answer and nowhere else, so nothing is stored of it; whoever presses twice gets another token for the same call,
   * which takes the photos he sends with it.
   */
  @Rpc(PublicIntakeService.method.openPublicCall)
  async openPublicCall(request: OpenPublicCallRequest, ctx: CallContext): ReturnType<PublicIntake['openPublicCall']> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const opened = await this.db.command({ ...acting(ctx), idempotencyKey: undefined }, async (tx) => {
      const unit = await unitOf(tx, request.serial);
      const now = await tx.now();
      const asked = create(OpenCallRequestSchema, { ...request, $typeName: undefined, channel: 'qr', unitId: unit.id, unitSerial: unit.serial });
      refuseIncompleteIntake(asked);
      refuseUnlikelyWish(asked, businessDate(now));
      await tx.sql({ name: 'public_calls_in_turn', text: IN_TURN, values: [unit.id] });
      const waiting = await tx.sql<Waiting>({ name: 'public_calls_waiting', text: WAITING, values: [unit.id, asked.contactPhone, asked.symptoms, now] });
      const same = waiting.find(({ pressedTwice }) => pressedTwice);
      if (!same) refuseTooManyWaiting(waiting.length);
      const call = same ? await addPhotos(tx, same.id, asked.photos) : await register(tx, newCall(asked, {
        number: await tx.nextNumber('repair_call', { prefix: 'RC', gapFree: false }), unit, dealerId: null, customerId: null, userId: '', role: '', now,
      }));
      await namePhotos(tx, call);
      // An erasure of the owner that is told meanwhile waits for this call and finds it (C-5).
      await ownerFile(tx, unit.id);
      const link = { id: newId(), callId: call.id, tokenHash: hashOf(token), expiresAt: linkUntil(now) };
      await insertRow(tx, CallStateLinkRow, link);
      return { number: call.number, expiresAt: link.expiresAt };
    });
    return { ...opened, token };
  }

  @Rpc(PublicIntakeService.method.findNamedPhotos)
  async findNamedPhotos(request: FindNamedPhotosRequest, ctx: CallContext): ReturnType<PublicIntake['findNamedPhotos']> {
    requireRole(ctx.role, ['system'], 'public-photos.find');
    const rows = await this.db.many<{ id: string }>(ctx, {
      name: 'public_photos_named', text: 'select photo_id as id from call_public_photo where photo_id = any($1::uuid[])', values: [request.ids],
    });
    return { ids: rows.map(({ id }) => id) };
  }

  @Rpc(PublicIntakeService.method.getPublicCallState)
  async getPublicCallState(request: GetPublicCallStateRequest, ctx: CallContext): ReturnType<PublicIntake['getPublicCallState']> {
    return this.db.read(acting(ctx), async (tx) => {
      const link = await tx.em.findOneBy(CallStateLinkRow, { tokenHash: hashOf(request.token) });
      if (!link || !linkHolds(link.expiresAt, await tx.now())) throw linkInvalid();
      const call = await tx.em.findOneByOrFail(RepairCall, { id: link.callId });
      const events = await tx.em.find(CallEventRow, { where: { callId: call.id }, order: { at: 'ASC', id: 'ASC' } });
      return {
        number: call.number, state: publicState(call.state), product: call.unitSerial || call.unitDescription, openedAt: instant(call.openedAt),
        appointmentFrom: instant(call.appointmentFrom), appointmentTo: instant(call.appointmentTo),
        steps: publicSteps(events.map(({ toState, at }) => ({ toState: toState as CallState, at: instant(at) }))),
      };
    });
  }
}

/** The label and the link are the right to this one thing, so the service acts for itself. */
function acting(ctx: CallContext): CallContext {
  return systemContext('repairs', ctx);
}

interface Unit {
  id: string;
  serial: string;
  family: string | null;
}

/** The unit of a label. Errors: NOT_FOUND. */
async function unitOf(tx: Tx, serial: string): Promise<Unit> {
  const [unit] = await tx.sql<Unit>({
    name: 'public_unit',
    text: 'select u.id, u.serial, m.family from known_unit u left join known_model m on m.id = u.model_id where u.serial = $1',
    values: [serialText(serial)],
  });
  if (!unit) throw notFound('product unit');
  return unit;
}

/** What waits to be routed of a unit; pressed twice is the same phone and words within a quarter of an hour. */
interface Waiting {
  id: string;
  number: string;
  pressedTwice: boolean;
}

const WAITING = `
  select id, number, phone_key = phone_key($2) and symptoms = $3 and opened_at > $4::timestamptz - interval '15 minutes' as "pressedTwice"
  from repair_call where unit_id = $1::uuid and state = 'new' and channel = 'qr' order by opened_at desc`;

/** Two presses at once come one after the other. */
const IN_TURN = `select pg_advisory_xact_lock(hashtextextended('public-call' || $1, 0))`;

async function register(tx: Tx, call: RepairCall): Promise<RepairCall> {
  await insertRow(tx, RepairCall, call);
  await insertRow(tx, CallEventRow, openedEvent(call, tx.ctx));
  await tx.audit(openedAudit(call));
  await tellClerks(tx, call);
  return call;
}

/** photos of a second press join the call that is there, each once. */
async function addPhotos(tx: Tx, id: string, sent: readonly StoredAttachment[]): Promise<RepairCall> {
  const call = await tx.em.findOneOrFail(RepairCall, { where: { id }, lock: { mode: 'pessimistic_write' } });
  const photos = joinedPhotos(call.photos, sent);
  if (photos.length === call.photos.length) return call;
  call.photos = photos;
  await note(tx, call, { action: 'add-photos' });
  return tx.em.save(RepairCall, call);
}

/** keeps which call names a photo. Errors: PHOTO_UNKNOWN when another one does. */
async function namePhotos(tx: Tx, { id, photos }: RepairCall): Promise<void> {
  if (photos.length === 0) return;
  const values = [photos.map((photo) => photo.id).sort(), id];
  await tx.sql({ name: 'public_photos_name', text: NAME_PHOTOS, values });
  const [foreign] = await tx.sql({ name: 'public_photos_foreign', text: FOREIGN_PHOTOS, values });
  if (foreign) throw new ServiceError('invalid_argument', 'PHOTO_UNKNOWN', 'Another call names this photo.', { field: 'photos' });
}

/** In one order, so that two calls that name the same photos wait for each other and not both. */
const NAME_PHOTOS = 'insert into call_public_photo (photo_id, call_id) select photo, $2::uuid from unnest($1::uuid[]) photo on conflict do nothing';
const FOREIGN_PHOTOS = 'select photo_id from call_public_photo where photo_id = any($1::uuid[]) and call_id <> $2::uuid';

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** An instant as it is answered, empty for none. */
function instant(value: string | null): string {
  return value === null ? '' : new Date(value).toISOString();
}

function linkInvalid(): ServiceError {
  return new ServiceError('not_found', 'LINK_INVALID', 'This link does not hold any more.');
}
