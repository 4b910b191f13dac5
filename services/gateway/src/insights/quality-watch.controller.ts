import { Controller, Query } from '@nestjs/common';
import { QualityWatchService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ListControlPointsQuery, ListQualityAlertsQuery, ListQualityHintsQuery } from './quality-figures.dto.js';

const watch = QualityWatchService.method;

/** Control limits, alerts, and hints on records. */
@Controller('quality')
export class QualityWatchController {
  constructor(private readonly bus: Bus) {}

  @List('control-limits', 'quality.read', watch.listControlPoints)
  points(@Query() query: ListControlPointsQuery): Promise<Buffer> {
    return this.bus.callJson(watch.listControlPoints, listRequest(query));
  }

  @List('alerts', 'quality.read', watch.listQualityAlerts)
  alerts(@Query() query: ListQualityAlertsQuery): Promise<Buffer> {
    return this.bus.callJson(watch.listQualityAlerts, listRequest(query));
  }

  @Read('alerts/:id', 'quality.read', watch.getQualityAlert)
  alert(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(watch.getQualityAlert, { id });
  }

  @List('hints', 'quality.read', watch.listQualityHints)
  hints(@Query() query: ListQualityHintsQuery): Promise<Buffer> {
    return this.bus.callJson(watch.listQualityHints, listRequest(query));
  }
}
