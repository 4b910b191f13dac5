import { partsReasons } from './parts-reasons.js';
import { platformReasons } from './platform-reasons.js';
import { serviceReasons } from './service-reasons.js';
import type { Sentence } from './sentence.js';

/** Every reason code with its sentence: the gateway says it in a problem, the services beside an action they refuse. */
export const REASONS: Readonly<Record<string, Sentence>> = { ...platformReasons, ...serviceReasons, ...partsReasons };
