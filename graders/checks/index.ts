import { absentCheck } from './absent.ts';
import { allowedCheck } from './allowed.ts';
import type { CheckType } from './check.ts';
import { commandCheck } from './command.ts';
import { fileCheck } from './file.ts';
import { objectCheck } from './object.ts';
import { objectsCheck } from './objects.ts';
import { reachableCheck } from './reachable.ts';
import { unchangedCheck, unchangedFileCheck } from './unchanged.ts';
import { unitCheck } from './unit.ts';

/** Every type of check. */
export const CHECKS: readonly CheckType[] = [
  objectCheck,
  objectsCheck,
  absentCheck,
  unchangedCheck,
  unchangedFileCheck,
  fileCheck,
  unitCheck,
  reachableCheck,
  allowedCheck,
  commandCheck,
];
