import { Body, Controller, Query } from '@nestjs/common';
import { CorrectiveActionService } from '@aftercare/contracts';
import { isDealerRole } from '@aftercare/domain';
import { Bus, notFound } from '@aftercare/messaging';
import { UserAccounts } from '../auth/user-accounts.js';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto } from '../http/shared.dto.js';
import {
  CheckCorrectiveActionDto, ListCorrectiveActionsQuery, OpenCorrectiveActionDto, PlanCorrectiveActionDto, RecordCorrectiveStepDto,
} from './corrective-actions.dto.js';

const corrective = CorrectiveActionService.method;

/** corrective actions, the manufacturer's own. */
@Controller('corrective-actions')
export class CorrectiveActionsController {
  constructor(
    private readonly bus: Bus,
    private readonly accounts: UserAccounts,
  ) {}

  @Create('', 'corrective-action.change', corrective.openCorrectiveAction)
  async open(@Body() body: OpenCorrectiveActionDto): Promise<Buffer> {
    await this.requireOwner(body.ownerUserId);
    return this.bus.callJson(corrective.openCorrectiveAction, body);
  }

  @List('', 'corrective-action.read', corrective.listCorrectiveActions)
  list(@Query() query: ListCorrectiveActionsQuery): Promise<Buffer> {
    return this.bus.callJson(corrective.listCorrectiveActions, listRequest(query));
  }

  @Read(':id', 'corrective-action.read', corrective.getCorrectiveAction)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(corrective.getCorrectiveAction, { id });
  }

  @Change(':id/plan', 'corrective-action.change', corrective.planCorrectiveAction)
  async plan(@PathId() id: string, @Body() body: PlanCorrectiveActionDto): Promise<Buffer> {
    await this.requireOwner(body.ownerUserId);
    return this.bus.callJson(corrective.planCorrectiveAction, { ...body, id });
  }

  @Change(':id/record-step', 'corrective-action.change', corrective.recordCorrectiveStep)
  recordStep(@PathId() id: string, @Body() body: RecordCorrectiveStepDto): Promise<Buffer> {
    return this.bus.callJson(corrective.recordCorrectiveStep, { ...body, id });
  }

  @Change(':id/check', 'corrective-action.change', corrective.checkCorrectiveAction)
  check(@PathId() id: string, @Body() body: CheckCorrectiveActionDto): Promise<Buffer> {
    return this.bus.callJson(corrective.checkCorrectiveAction, { ...body, id });
  }

  @Change(':id/cancel', 'corrective-action.change', corrective.cancelCorrectiveAction)
  cancel(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(corrective.cancelCorrectiveAction, { ...body, id });
  }

  /** Accounts are the gateway's: the owner is one of the manufacturer's that is in use. Errors: NOT_FOUND. */
  private async requireOwner(userId = ''): Promise<void> {
    if (userId === '') return;
    const { role, disabled } = await this.accounts.get(userId);
    if (disabled || isDealerRole(role)) throw notFound('user');
  }
}
