import { Controller, Query } from '@nestjs/common';
import { QualityFigureService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { List } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { ListMonthsInServiceQuery, ListQualityBarsQuery, ListQualityRecordsQuery, ListRatedCallsQuery, ListServiceRatesQuery } from './quality-figures.dto.js';

const figure = QualityFigureService.method;

/** Quality figures, and what opens their records. */
@Controller('quality')
export class QualityFiguresController {
  constructor(private readonly bus: Bus) {}

  @List('pareto', 'quality.read', figure.listQualityBars)
  bars(@Query() query: ListQualityBarsQuery): Promise<Buffer> {
    return this.bus.callJson(figure.listQualityBars, listRequest(query));
  }

  @List('records', 'quality.read', figure.listQualityRecords)
  records(@Query() query: ListQualityRecordsQuery): Promise<Buffer> {
    return this.bus.callJson(figure.listQualityRecords, listRequest(query));
  }

  @List('months-in-service', 'quality.read', figure.listMonthsInService)
  monthsInService(@Query() query: ListMonthsInServiceQuery): Promise<Buffer> {
    return this.bus.callJson(figure.listMonthsInService, listRequest(query));
  }

  @List('rates', 'quality.read', figure.listServiceRates)
  rates(@Query() query: ListServiceRatesQuery): Promise<Buffer> {
    return this.bus.callJson(figure.listServiceRates, listRequest(query));
  }

  @List('calls', 'quality.read', figure.listRatedCalls)
  calls(@Query() query: ListRatedCallsQuery): Promise<Buffer> {
    return this.bus.callJson(figure.listRatedCalls, listRequest(query));
  }
}
