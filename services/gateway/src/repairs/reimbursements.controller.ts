import { Body, Controller, Query } from '@nestjs/common';
import { ReimbursementService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Ask, Change, ChangeOnce, Create, List, Read, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, RevealDto, VersionDto } from '../http/shared.dto.js';
import { ApproveReimbursementDto, CreateReimbursementDto, ListReimbursementsQuery, TellReimbursementDto, UpdateReimbursementDto } from './reimbursements.dto.js';

const claim = ReimbursementService.method;

/** Expense claims for repairs by a third party. */
@Controller('reimbursements')
export class ReimbursementsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'reimbursement.file', claim.createReimbursement)
  create(@Body() body: CreateReimbursementDto): Promise<Buffer> {
    return this.bus.callJson(claim.createReimbursement, body);
  }

  @List('', 'reimbursement.read', claim.listReimbursements)
  list(@Query() query: ListReimbursementsQuery): Promise<Buffer> {
    return this.bus.callJson(claim.listReimbursements, listRequest(query));
  }

  @Read(':id', 'reimbursement.read', claim.getReimbursement)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(claim.getReimbursement, { id });
  }

  @Ask(':id/reveal', 'reimbursement.reveal', claim.revealReimbursement)
  reveal(@PathId() id: string, @Body() body: RevealDto): Promise<Buffer> {
    return this.bus.callJson(claim.revealReimbursement, { ...body, id });
  }

  @Replace(':id', 'reimbursement.file', claim.updateReimbursement)
  update(@PathId() id: string, @Body() body: UpdateReimbursementDto): Promise<Buffer> {
    return this.bus.callJson(claim.updateReimbursement, { ...body, id });
  }

  @Change(':id/submit', 'reimbursement.file', claim.submitReimbursement)
  submit(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(claim.submitReimbursement, { ...body, id });
  }

  @Change(':id/withdraw', 'reimbursement.file', claim.withdrawReimbursement)
  withdraw(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(claim.withdrawReimbursement, { ...body, id });
  }

  @ChangeOnce(':id/approve', 'reimbursement.decide', claim.approveReimbursement)
  approve(@PathId() id: string, @Body() body: ApproveReimbursementDto): Promise<Buffer> {
    return this.bus.callJson(claim.approveReimbursement, { ...body, id });
  }

  @Change(':id/reject', 'reimbursement.decide', claim.rejectReimbursement)
  reject(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(claim.rejectReimbursement, { ...body, id });
  }

  @ChangeOnce(':id/renew', 'reimbursement.decide', claim.renewReimbursement)
  renew(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(claim.renewReimbursement, { ...body, id });
  }

  @Change(':id/tell-customer', 'reimbursement.file', claim.tellReimbursement)
  tell(@PathId() id: string, @Body() body: TellReimbursementDto): Promise<Buffer> {
    return this.bus.callJson(claim.tellReimbursement, { ...body, id });
  }
}
