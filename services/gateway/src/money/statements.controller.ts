import { Body, Controller, Query } from '@nestjs/common';
import { StatementService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { DealerStatementQuery, ListDunningsQuery, ReceivablesByAgeQuery, RemindDealerDto } from './finance.dto.js';

const statement = StatementService.method;

/** What dealers owe, by age and month by month. */
@Controller('statements')
export class StatementsController {
  constructor(private readonly bus: Bus) {}

  @List('receivables-by-age', 'receivable.read', statement.listReceivablesByAge)
  byAge(@Query() query: ReceivablesByAgeQuery): Promise<Buffer> {
    return this.bus.callJson(statement.listReceivablesByAge, listRequest(query));
  }

  /** A dealer's month; as a sheet it has every movement with the balance after it. */
  @List('dealer', 'receivable.read', statement.getDealerStatement)
  dealer(@Query() query: DealerStatementQuery): Promise<Buffer> {
    return this.bus.callJson(statement.getDealerStatement, listRequest(query));
  }
}

/** Reminders of what is owed too long. */
@Controller('dunnings')
export class DunningsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'receivable.remind', statement.remindDealer)
  remind(@Body() body: RemindDealerDto): Promise<Buffer> {
    return this.bus.callJson(statement.remindDealer, body);
  }

  @List('', 'receivable.read', statement.listDunnings)
  list(@Query() query: ListDunningsQuery): Promise<Buffer> {
    return this.bus.callJson(statement.listDunnings, listRequest(query));
  }

  @Read(':id', 'receivable.read', statement.getDunning)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(statement.getDunning, { id });
  }
}
