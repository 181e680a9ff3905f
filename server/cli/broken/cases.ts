import type { BrokenCase } from './case.ts';
import { CONTROL_PLANE } from './control-plane.ts';
import { EXAM } from './exam.ts';
import { NETWORK } from './network.ts';
import { NODE } from './nodes.ts';
import { PODS } from './pods.ts';

export const CASES: readonly BrokenCase[] = [...CONTROL_PLANE, ...NODE, ...NETWORK, ...PODS, ...EXAM];
