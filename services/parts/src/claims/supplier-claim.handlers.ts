import { Controller } from '@nestjs/common';
import {
  SupplierClaimService, type CancelSupplierClaimRequest, type CloseSupplierClaimRequest, type OpenSupplierClaimRequest, type RecordRecoveryRequest,
  type SendSupplierClaimRequest, type SetSupplierClaimFilesRequest,
} from '@aftercare/contracts';
import { addMoney, businessDate, isRealDate, newId } from '@aftercare/domain';
import { Rpc, ServiceError, invalidField, notFound, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, postgresError, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { idOr404, refOf } from '../documents.js';
import { standsLine } from '../returns/counted-parcel.js';
import { costOn } from '../stock/unit-cost.js';
import { checkFiles } from './claim-files.js';
import { SupplierClaimLineRow, SupplierClaimRow, SupplierRecoveryRow } from './supplier-claim.entity.js';
import { checkRecovery, requireNothingRecovered, stateWithFiles, supplierClaimSteps } from './supplier-claim.rules.js';

const LINES_MAX = 500;

const COUNTED = `
  select line.id as "countedLineId", line.part_id as "partId", line.quantity - line.refused_quantity as quantity, cost.unit_cost::text as "unitCost"
    from return_counted_line line join return_parcel parcel on parcel.id = line.parcel_id
    ${costOn('line.part_id', `(coalesce(line.counted_at, parcel.counted_at) at time zone 'Asia/Shanghai')::date`)}
   where line.id = any($1::uuid[]) and line.condition = 'supplier_claim' and line.quantity > line.refused_quantity and ${standsLine('line')} order by line.id`;

/** A count that is being corrected is claimed as it was corrected (H-5). */
const HOLD_COUNTED = 'select id from return_counted_line where id = any($1::uuid[]) order by id for key share';

type Commands = Omit<Handlers<typeof SupplierClaimService>, 'listClaimablePieces' | 'getSupplierClaim' | 'listSupplierClaims' | 'getSupplierRecovery'>;

/** Claims against suppliers over pieces that came back (Q-6). */
@Controller()
export class SupplierClaimHandlers implements Commands {
  constructor(private readonly database: Database) {}

  @Rpc(SupplierClaimService.method.openSupplierClaim)
  async openSupplierClaim(request: OpenSupplierClaimRequest, ctx: CallContext) {
    requireRole(ctx, 'supplierClaim.change');
    const { supplier, lineIds, grounds, files } = request;
    if (supplier.trim() === '') throw invalidField('supplier', 'From whom is it claimed?');
    if (grounds.trim() === '') throw invalidField('grounds', 'What is wrong with the pieces?', 'REASON_MISSING');
    checkClaimed(lineIds);
    checkFiles(files);
    return this.database.command(ctx, async (tx) => {
      await tx.sql({ name: 'claim_hold_lines', text: HOLD_COUNTED, values: [lineIds] });
      const counted = await tx.sql<Omit<SupplierClaimLineRow, 'claimId' | 'live'>>({ name: 'claim_counted_lines', text: COUNTED, values: [lineIds] });
      const unknown = lineIds.findIndex((id) => !counted.some(({ countedLineId }) => countedLineId === id));
      if (unknown >= 0) throw new ServiceError('not_found', 'LINE_UNKNOWN', 'No such piece was graded as a claim.', { field: `lineIds[${unknown}]` });
      const number = await tx.nextNumber('supplier_claim', { prefix: 'QC', gapFree: false });
      const claim: SupplierClaimRow = {
        id: newId(), number, supplier: supplier.trim(), state: supplierClaimSteps.initial, grounds, reference: '', reason: '', files: files.map(({ id, sha256 }) => ({ id, sha256 })),
        recovered: '0.00', openedBy: ctx.userId, openedAt: await tx.now(), version: 1,
      };
      await tx.em.insert(SupplierClaimRow, claim);
      await tx.em.insert(SupplierClaimLineRow, counted.map((line) => ({ ...line, claimId: claim.id, live: true }))).catch((error: unknown) => {
        if (postgresError(error)?.code !== '23505') throw error;
        throw new ServiceError('failed_precondition', 'ALREADY_CLAIMED', 'A piece stands in another claim already.', { field: 'lineIds' });
      });
      await tx.audit({ action: 'open', kind: 'supplier_claim', id: claim.id, changed: { supplier: { after: claim.supplier }, lines: { after: counted.length } } });
      return refOf(claim);
    }, { request });
  }

  @Rpc(SupplierClaimService.method.setSupplierClaimFiles)
  async setSupplierClaimFiles(request: SetSupplierClaimFilesRequest, ctx: CallContext) {
    requireRole(ctx, 'supplierClaim.change');
    checkFiles(request.files);
    return this.database.command(ctx, async (tx) => {
      const claim = await lockClaim(tx, request);
      stateWithFiles(claim.state);
      return save(tx, claim, 'file', { files: request.files.map(({ id, sha256 }) => ({ id, sha256 })) });
    }, { request });
  }

  @Rpc(SupplierClaimService.method.sendSupplierClaim)
  async sendSupplierClaim(request: SendSupplierClaimRequest, ctx: CallContext) {
    requireRole(ctx, 'supplierClaim.change');
    return this.database.command(ctx, async (tx) => {
      const claim = await lockClaim(tx, request);
      return save(tx, claim, 'send', { state: supplierClaimSteps.next('send', claim.state), reference: request.reference });
    }, { request });
  }

  @Rpc(SupplierClaimService.method.recordRecovery)
  async recordRecovery(request: RecordRecoveryRequest, ctx: CallContext) {
    requireRole(ctx, 'supplierClaim.change');
    const { recoveredOn, amount, note } = request;
    checkRecovery(amount);
    if (!isRealDate(recoveredOn)) throw invalidField('recoveredOn', 'This is not a calendar date.', 'INVALID_DATE');
    return this.database.command(ctx, async (tx) => {
      const claim = await lockClaim(tx, request);
      const enteredAt = await tx.now();
      if (recoveredOn > businessDate(enteredAt)) throw invalidField('recoveredOn', 'It came today or before.', 'DATE_IN_FUTURE');
      const state = supplierClaimSteps.next('recover', claim.state);
      await tx.em.insert(SupplierRecoveryRow, { id: newId(), claimId: claim.id, recoveredOn, amount, note, enteredBy: ctx.userId, enteredAt });
      return save(tx, claim, 'recover', { state, recovered: addMoney(claim.recovered, amount) });
    }, { request });
  }

  @Rpc(SupplierClaimService.method.closeSupplierClaim)
  async closeSupplierClaim(request: CloseSupplierClaimRequest, ctx: CallContext) {
    requireRole(ctx, 'supplierClaim.change');
    if (request.reason.trim() === '') throw invalidField('reason', 'What came of it?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const claim = await lockClaim(tx, request);
      return save(tx, claim, 'close', { state: supplierClaimSteps.next('close', claim.state), reason: request.reason });
    }, { request });
  }

  @Rpc(SupplierClaimService.method.cancelSupplierClaim)
  async cancelSupplierClaim(request: CancelSupplierClaimRequest, ctx: CallContext) {
    requireRole(ctx, 'supplierClaim.change');
    if (request.reason.trim() === '') throw invalidField('reason', 'Why is it taken back?', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const claim = await lockClaim(tx, request);
      const state = supplierClaimSteps.next('cancel', claim.state);
      requireNothingRecovered(claim.recovered);
      await tx.em.update(SupplierClaimLineRow, { claimId: claim.id }, { live: false });
      return save(tx, claim, 'cancel', { state, reason: request.reason });
    }, { request });
  }
}

function checkClaimed(lineIds: readonly string[]): void {
  if (lineIds.length === 0) throw invalidField('lineIds', 'A claim has at least one line.', 'LINES_MISSING');
  if (lineIds.length > LINES_MAX) throw invalidField('lineIds', `A claim has at most ${LINES_MAX} lines.`, 'LINES_TOO_MANY');
  lineIds.forEach((id) => idOr404(id, 'counted line'));
  if (new Set(lineIds).size < lineIds.length) throw invalidField('lineIds', 'A line stands twice.', 'LINE_DOUBLE');
}

async function lockClaim(tx: Tx, { id, version }: { id: string; version: number }): Promise<SupplierClaimRow> {
  const claim = await tx.em.findOne(SupplierClaimRow, { where: { id: idOr404(id, 'supplier claim') }, lock: { mode: 'pessimistic_write' } });
  if (!claim) throw notFound('supplier claim');
  expectVersion(claim, version, { state: claim.state });
  return claim;
}

async function save(tx: Tx, claim: SupplierClaimRow, action: string, values: Partial<SupplierClaimRow>) {
  const before = claim.state;
  Object.assign(claim, values, { version: claim.version + 1 });
  await tx.em.update(SupplierClaimRow, { id: claim.id }, { ...values, version: claim.version });
  const said = Object.fromEntries((['reference', 'reason', 'recovered'] as const).filter((field) => values[field] !== undefined).map((field) => [field, { after: values[field] }]));
  await tx.audit({ action, kind: 'supplier_claim', id: claim.id, changed: { ...said, state: { before, after: claim.state } } });
  return refOf(claim);
}
