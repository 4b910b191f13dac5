import { defineServiceModule, SettingEvents, type ServiceDefinition } from '@aftercare/service';
import { AppointmentEvents } from './facts/appointment.events.js';
import { FactEvents } from './facts/fact.events.js';
import { SpotCheckEvents } from './facts/spot-check.events.js';
import { DealerFileHandlers } from './files/dealer-file.handlers.js';
import { migrations } from './migrations/index.js';
import { ReadModelHandlers } from './model/read-model.handlers.js';
import { Rebuild } from './model/rebuild.js';
import { PromiseRateHandlers } from './quality/promise-rate.handlers.js';
import { QualityFigureHandlers } from './quality/quality-figure.handlers.js';
import { QualityEvents } from './quality/quality.events.js';
import { QualityWatchHandlers } from './watch/quality-watch.handlers.js';
import { TieOutEvents } from './tie-out/tie-out.events.js';
import { TieOutHandlers } from './tie-out/tie-out.handlers.js';
import { WatchJob } from './watch/watch.job.js';

/** The service as it is started, by main.ts and by specs: figures over time, from events alone. */
export const insights: ServiceDefinition = {
  name: 'insights',
  module: defineServiceModule({
    name: 'insights',
    controllers: [DealerFileHandlers, ReadModelHandlers, QualityFigureHandlers, PromiseRateHandlers, QualityWatchHandlers, TieOutHandlers],
    providers: [FactEvents, SpotCheckEvents, AppointmentEvents, QualityEvents, TieOutEvents, WatchJob, Rebuild, SettingEvents],
  }),
  entities: [],
  migrations,
};
