import { Body, Controller, Query } from '@nestjs/common';
import { PayableService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { ChangeOnce, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ListPayablesQuery, PayPayableDto, SetOffPayableDto } from './finance.dto.js';

const payable = PayableService.method;

/** What is owed for reimbursement slips. */
@Controller('payables')
export class PayablesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'payment.read', payable.listPayables)
  list(@Query() query: ListPayablesQuery): Promise<Buffer> {
    return this.bus.callJson(payable.listPayables, listRequest(query));
  }

  @Read(':slipId', 'payment.read', payable.getPayable)
  get(@PathId('slipId') slipId: string): Promise<Buffer> {
    return this.bus.callJson(payable.getPayable, { slipId });
  }

  @ChangeOnce(':slipId/pay', 'payment.post', payable.payPayable)
  pay(@PathId('slipId') slipId: string, @Body() body: PayPayableDto): Promise<Buffer> {
    return this.bus.callJson(payable.payPayable, { ...body, slipId });
  }

  @ChangeOnce(':slipId/set-off', 'payment.post', payable.setOffPayable)
  setOff(@PathId('slipId') slipId: string, @Body() body: SetOffPayableDto): Promise<Buffer> {
    return this.bus.callJson(payable.setOffPayable, { ...body, slipId });
  }
}
