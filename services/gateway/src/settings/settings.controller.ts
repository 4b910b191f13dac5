import { Body, Controller, Param } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsDefined } from 'class-validator';
import { answerOf } from '../auth/auth.schemas.js';
import { Read, ReplaceOnce } from '../http/endpoint.js';
import { LocalDate } from '../http/fields.js';
import { Settings, type SettingView } from './settings.js';

const text = { type: 'string' };
const value = { type: ['integer', 'string', 'array'], items: text };
const dated = answerOf({ effectiveFrom: text, value, version: { type: 'integer' } });
const settingsAnswer = answerOf({ items: { type: 'array', items: answerOf({ key: text, type: text, value, default: value, dated: { type: 'array', items: dated } }) } });
const refAnswer = answerOf({ id: text, number: text, state: text, version: { type: 'integer' } });

export class ChangeSettingDto {
  /** Its type depends on the setting and is checked there. */
  @ApiProperty({ oneOf: [{ type: 'integer' }, { type: 'string', maxLength: 100 }, { type: 'array', items: { type: 'string', maxLength: 40 }, maxItems: 50 }] })
  @IsDefined()
  value: unknown;

  @LocalDate() effectiveFrom: string;
}

@Controller('settings')
export class SettingsController {
  constructor(private readonly settings: Settings) {}

  @Read('', 'setting.read', settingsAnswer)
  list(): Promise<{ items: SettingView[] }> {
    return this.settings.list();
  }

  @ReplaceOnce(':key', 'setting.change', refAnswer)
  change(@Param('key') key: string, @Body() body: ChangeSettingDto): Promise<{ id: string; number: string; state: string; version: number }> {
    return this.settings.change(key, body);
  }
}
