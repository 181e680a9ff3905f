const text = (value: unknown) => (value === undefined || value === null ? '' : `${value}`);
const PARTS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** The same fields under the names of both groups that serve events. Models pkg/registry/core/event ToSelectableFields. */
export const FIELD_SELECTORS: Readonly<Record<string, (event: any) => string>> = {
  ...Object.fromEntries(
    ['involvedObject', 'regarding'].flatMap((owner) =>
      PARTS.map((part) => [`${owner}.${part}`, ({ involvedObject }: any) => text(involvedObject?.[part])]),
    ),
  ),
  reason: ({ reason }) => text(reason),
  reportingComponent: ({ reportingComponent }) => text(reportingComponent),
  reportingController: ({ reportingComponent }) => text(reportingComponent),
  source: ({ source, reportingComponent }) => text(source?.component || reportingComponent),
  type: ({ type }) => text(type),
};
