import { Injectable } from '@nestjs/common';
import { SettingChangedSchema, type SettingChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { keepSetting } from './settings.js';

/** Keeps a service's copy of the settings: a provider of every service whose rules read them. */
@Injectable()
export class SettingEvents {
  @OnEvent(SettingChangedSchema)
  async settingChanged(event: SettingChanged, em: EntityManager): Promise<void> {
    await keepSetting(em, event);
  }
}
