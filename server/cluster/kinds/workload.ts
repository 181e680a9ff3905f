import { containerCells, wide } from './columns.ts';
import type { Cell, Column, ScalePaths } from './kind.ts';

/** How kinds with `spec.replicas` are scaled. */
export const SCALED_BY_REPLICAS: ScalePaths = {
  specReplicas: '.spec.replicas',
  statusReplicas: '.status.replicas',
  labelSelector: '.spec.selector',
};

/** What wide tables show of a pod template. */
export const TEMPLATE_COLUMNS: readonly Column[] = [wide('Containers'), wide('Images'), wide('Selector')];

/** The cells of `TEMPLATE_COLUMNS`; the selector as text. */
export function templateCells(template: any, selector: string): Cell[] {
  return [...containerCells(template?.spec?.containers), selector];
}
