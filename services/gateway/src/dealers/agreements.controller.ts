import { Body, Controller, Query, Res, StreamableFile } from '@nestjs/common';
import { AgreementService } from '@aftercare/contracts';
import { Bus, notFound } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { Attachments } from '../attachments/attachments.js';
import { sendFile } from '../attachments/attachments.controller.js';
import { Change, Create, Download, List, Read, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { AgreementDto, CorrectAgreementDto, ListAgreementsQuery } from './dealers.dto.js';

const agreement = AgreementService.method;

@Controller('dealers')
export class AgreementsController {
  constructor(
    private readonly bus: Bus,
    private readonly attachments: Attachments,
  ) {}

  @Create(':dealerId/agreements', 'dealer.draft', agreement.fileAgreement)
  file(@PathId('dealerId') dealerId: string, @Body() body: AgreementDto): Promise<Buffer> {
    return this.bus.callJson(agreement.fileAgreement, { ...body, dealerId });
  }

  @List(':dealerId/agreements', 'agreement.read', agreement.listAgreements)
  list(@PathId('dealerId') dealerId: string, @Query() query: ListAgreementsQuery): Promise<Buffer> {
    return this.bus.callJson(agreement.listAgreements, { ...listRequest(query), dealerId });
  }

  @Read(':dealerId/agreements/:id', 'agreement.read', agreement.getAgreement)
  get(@PathId('dealerId') dealerId: string, @PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(agreement.getAgreement, { dealerId, id });
  }

  @Replace(':dealerId/agreements/:id', 'dealer.draft', agreement.correctAgreement)
  correct(@PathId('dealerId') dealerId: string, @PathId() id: string, @Body() body: CorrectAgreementDto): Promise<Buffer> {
    return this.bus.callJson(agreement.correctAgreement, { ...body, dealerId, id });
  }

  @Change(':dealerId/agreements/:id/withdraw', 'dealer.draft', agreement.withdrawAgreement)
  withdraw(@PathId('dealerId') dealerId: string, @PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(agreement.withdrawAgreement, { ...body, dealerId, id });
  }

  @Change(':dealerId/agreements/:id/approve', 'dealer.decide', agreement.approveAgreement)
  approve(@PathId('dealerId') dealerId: string, @PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(agreement.approveAgreement, { ...body, dealerId, id });
  }

  /** The signed paper, for whoever may see the agreement. Errors: NOT_FOUND. */
  @Download(':dealerId/agreements/:id/signed-file', 'agreement.read')
  async signedFile(@PathId('dealerId') dealerId: string, @PathId() id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { signedFile } = await this.bus.call(agreement.getAgreement, { dealerId, id });
    if (!signedFile?.id) throw notFound('signed file');
    return sendFile(this.attachments, await this.attachments.ofShownDocument(signedFile.id), reply);
  }
}
