import { PERSON_NAME_LENGTH_MAX } from '@aftercare/domain';
import { Amount, Id, Items, OneOf, Text, Whole } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { RECEIVED_BY } from './money.dto.js';

export class ReceiptLineDto {
  @OneOf(['fee', 'part', 'other']) kind: string;
  @Text(100) description: string;
  @Whole({ min: 1, max: 1000 }) quantity: number;
  @Amount() unitPrice: string;
}

export class GiveReceiptDto {
  @Id({ optional: true }) callId?: string;
  @Id({ optional: true }) customerId?: string;
  @Text(PERSON_NAME_LENGTH_MAX) payerName: string;
  @Items(() => ReceiptLineDto, { min: 1, max: 50 }) lines: ReceiptLineDto[];
  @OneOf(RECEIVED_BY) method: string;
  @Text(500, { optional: true }) note?: string;
}

export class ListReceiptsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) customerId?: string;
  @Id({ optional: true }) callId?: string;
  @OneOf(['given', 'void'], { optional: true }) state?: string;
  @Sort('-givenAt') sort?: string;
}
