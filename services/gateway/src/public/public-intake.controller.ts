import { Body, Controller, Param, Req } from '@nestjs/common';
import { OpenPublicCallResponseSchema, PublicIntakeService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyRequest } from 'fastify';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, messageRef, PublicUpload, Read } from '../http/endpoint.js';
import { readUpload } from '../http/upload.js';
import { OpenPublicCallDto } from './public-intake.dto.js';
import { PublicPhotos } from './public-photos.js';

const intake = PublicIntakeService.method;

/** What the label's QR code leads to: the product, photos, and a call, without an account. */
@Controller('public/units')
export class PublicUnitsController {
  constructor(
    private readonly bus: Bus,
    private readonly photos: PublicPhotos,
  ) {}

  @Read(':serial', 'public.intake', intake.getPublicUnit)
  get(@Param('serial') serial: string): Promise<Buffer> {
    return this.bus.callJson(intake.getPublicUnit, { serial });
  }

  /** First the product, so that only who stands before one leaves photos. */
  @PublicUpload(':serial/photos', 'public.intake', answerOf({ ticket: { type: 'string' } }))
  async photo(@Param('serial') serial: string, @Req() request: FastifyRequest): Promise<{ ticket: string }> {
    await this.bus.call(intake.getPublicUnit, { serial });
    return this.photos.store(await readUpload(request));
  }

  @Change(':serial/calls', 'public.intake', messageRef(OpenPublicCallResponseSchema))
  open(@Param('serial') serial: string, @Body() body: OpenPublicCallDto): Promise<Buffer> {
    const { photos: tickets = [], ...told } = body;
    return this.photos.forOneCall(tickets, (photos) => this.bus.callJson(intake.openPublicCall, { ...told, serial, photos }));
  }
}

/** Where a call stands; the link is the right to this alone. */
@Controller('public/calls')
export class PublicCallsController {
  constructor(private readonly bus: Bus) {}

  @Read(':token', 'public.intake', intake.getPublicCallState)
  get(@Param('token') token: string): Promise<Buffer> {
    return this.bus.callJson(intake.getPublicCallState, { token });
  }
}
