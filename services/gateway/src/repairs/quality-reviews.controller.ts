import { Body, Controller, Query } from '@nestjs/common';
import { QualityReviewService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import {
  CloseQualityReportDto, DefineQualityActionDto, ListQualityWarningReadersQuery, ListQualityWarningsQuery, MarkDesignDefectDto,
} from './quality-reviews.dto.js';

const review = QualityReviewService.method;

/** Whoever sees a design defect marks it, at any stage. */
@Controller()
export class DesignDefectsController {
  constructor(private readonly bus: Bus) {}

  @ChangeOnce('repair-calls/:id/mark-design-defect', 'quality-report.mark-defect', review.markCallDesignDefect)
  onCall(@PathId() id: string, @Body() body: MarkDesignDefectDto): Promise<Buffer> {
    return this.bus.callJson(review.markCallDesignDefect, { ...body, id });
  }

  @ChangeOnce('installations/:id/mark-design-defect', 'quality-report.mark-defect', review.markInstallationDesignDefect)
  onInstallation(@PathId() id: string, @Body() body: MarkDesignDefectDto): Promise<Buffer> {
    return this.bus.callJson(review.markInstallationDesignDefect, { ...body, id });
  }
}

/** What becomes of a report that was handed in. */
@Controller('quality-reports')
export class QualityReviewsController {
  constructor(private readonly bus: Bus) {}

  @Change(':id/review', 'quality-report.answer', review.reviewQualityReport)
  review(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(review.reviewQualityReport, { ...body, id });
  }

  @Change(':id/define-action', 'quality-report.answer', review.defineQualityAction)
  defineAction(@PathId() id: string, @Body() body: DefineQualityActionDto): Promise<Buffer> {
    return this.bus.callJson(review.defineQualityAction, { ...body, id });
  }

  @Change(':id/close', 'quality-report.answer', review.closeQualityReport)
  close(@PathId() id: string, @Body() body: CloseQualityReportDto): Promise<Buffer> {
    return this.bus.callJson(review.closeQualityReport, { ...body, id });
  }

  @Change(':id/read-answer', 'quality-report.receipt', review.readQualityAnswer)
  readAnswer(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(review.readQualityAnswer, { id });
  }
}

/** What all dealers are warned of. */
@Controller('quality-warnings')
export class QualityWarningsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'quality-warning.read', review.listQualityWarnings)
  list(@Query() query: ListQualityWarningsQuery): Promise<Buffer> {
    return this.bus.callJson(review.listQualityWarnings, listRequest(query));
  }

  @Read(':id', 'quality-warning.read', review.getQualityWarning)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(review.getQualityWarning, { id });
  }

  @Change(':id/read', 'quality-warning.receipt', review.readQualityWarning)
  read(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(review.readQualityWarning, { id });
  }

  @List(':id/readers', 'quality-warning.readers', review.listQualityWarningReaders)
  readers(@PathId() id: string, @Query() query: ListQualityWarningReadersQuery): Promise<Buffer> {
    return this.bus.callJson(review.listQualityWarningReaders, { ...listRequest(query), id });
  }
}
