import { runService } from '@aftercare/service';
import { repairs } from './repairs.module.js';

void runService(repairs);
