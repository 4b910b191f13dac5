import { runService } from '@aftercare/service';
import { insights } from './insights.module.js';

void runService(insights);
