import { Body, Controller, Query, Res, StreamableFile } from '@nestjs/common';
import { BulletinService, ProductModelService } from '@aftercare/contracts';
import { Bus, notFound } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { Attachments } from '../attachments/attachments.js';
import { sendFile } from '../attachments/attachments.controller.js';
import { Change, Create, Download, List, Read, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { CreateBulletinDto, ListBulletinReadersQuery, ListBulletinsQuery, UpdateBulletinDto } from './bulletins.dto.js';

const bulletin = BulletinService.method;

@Controller('bulletins')
export class BulletinsController {
  constructor(
    private readonly bus: Bus,
    private readonly attachments: Attachments,
  ) {}

  @Create('', 'bulletin.draft', bulletin.createBulletin)
  async create(@Body() body: CreateBulletinDto): Promise<Buffer> {
    await this.assertModels(body);
    return this.bus.callJson(bulletin.createBulletin, body);
  }

  @List('', 'bulletin.read', bulletin.listBulletins)
  list(@Query() query: ListBulletinsQuery): Promise<Buffer> {
    return this.bus.callJson(bulletin.listBulletins, listRequest(query));
  }

  @Read(':id', 'bulletin.read', bulletin.getBulletin)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(bulletin.getBulletin, { id });
  }

  @Replace(':id', 'bulletin.draft', bulletin.updateBulletin)
  async update(@PathId() id: string, @Body() body: UpdateBulletinDto): Promise<Buffer> {
    await this.assertModels(body);
    return this.bus.callJson(bulletin.updateBulletin, { ...body, id });
  }

  @Change(':id/publish', 'bulletin.publish', bulletin.publishBulletin)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(bulletin.publishBulletin, { ...body, id });
  }

  @Change(':id/read', 'bulletin.receipt', bulletin.readBulletin)
  read(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(bulletin.readBulletin, { id });
  }

  @List(':id/readers', 'bulletin.readers', bulletin.listBulletinReaders)
  readers(@PathId() id: string, @Query() query: ListBulletinReadersQuery): Promise<Buffer> {
    return this.bus.callJson(bulletin.listBulletinReaders, { ...listRequest(query), id });
  }

  /** The manufacturer's paper, for whoever may see the bulletin that carries it. Errors: NOT_FOUND. */
  @Download(':id/attachments/:attachmentId', 'bulletin.read')
  async attachment(
    @PathId() id: string,
    @PathId('attachmentId') attachmentId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { attachments } = await this.bus.call(bulletin.getBulletin, { id });
    if (!attachments.some((each) => each.id === attachmentId)) throw notFound('bulletin');
    return sendFile(this.attachments, await this.attachments.ofShownDocument(attachmentId), reply);
  }

  /** Models are customers', so they are asked before the bulletin is written. Errors: NOT_FOUND. */
  private async assertModels({ modelIds }: { modelIds?: string[] }): Promise<void> {
    await Promise.all((modelIds ?? []).map((id) => this.bus.call(ProductModelService.method.getProductModel, { id })));
  }
}
