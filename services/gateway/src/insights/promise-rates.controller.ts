import { Controller, Query } from '@nestjs/common';
import { PromiseRateService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { UserAccounts } from '../auth/user-accounts.js';
import { List } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { ListPromisedVisitsQuery, ListPromiseRatesQuery } from './quality-figures.dto.js';

const promise = PromiseRateService.method;

/** how appointments are kept. */
@Controller('quality')
export class PromiseRatesController {
  constructor(
    private readonly bus: Bus,
    private readonly accounts: UserAccounts,
  ) {}

  /** The names of technicians are those of their accounts, which are kept here. */
  @List('promises', 'quality.read', promise.listPromiseRates)
  async rates(@Query() query: ListPromiseRatesQuery): Promise<Buffer | object> {
    if (query.by !== 'technician') return this.bus.callJson(promise.listPromiseRates, listRequest(query));
    const { items, nextCursor } = await this.bus.call(promise.listPromiseRates, listRequest(query));
    const names = await this.accounts.namesOf(items.map(({ key }) => key).filter((key) => key !== ''));
    return { items: items.map(({ $typeName: _type, ...row }) => ({ ...row, ...named(names.get(row.key)) })), nextCursor };
  }

  @List('promised-visits', 'quality.read', promise.listPromisedVisits)
  visits(@Query() query: ListPromisedVisitsQuery): Promise<Buffer> {
    return this.bus.callJson(promise.listPromisedVisits, listRequest(query));
  }
}

const named = (account?: { username: string; name: string }): object => (account ? { label: account.username, name: account.name } : {});
