import type { KubeObject } from '../../../objects/object.ts';
import type { OtherVersion } from '../kind.ts';

/** New name to stored name. Models pkg/apis/events/v1/conversion.go. */
const RENAMED: Readonly<Record<string, string>> = {
  note: 'message',
  regarding: 'involvedObject',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
  reportingController: 'reportingComponent',
};
const RENAMED_BACK = Object.fromEntries(Object.entries(RENAMED).map(([now, before]) => [before, now]));

/** Events are stored once and seen through two groups. */
export const EVENTS_V1: OtherVersion = {
  group: 'events.k8s.io',
  version: 'v1',
  schema: 'io.k8s.api.events.v1.Event',
  toStorage: (object) => rename(object, RENAMED, 'v1'),
  fromStorage: (object) => rename(object, RENAMED_BACK, 'events.k8s.io/v1'),
};

function rename(object: KubeObject, names: Readonly<Record<string, string>>, apiVersion: string): KubeObject {
  const fields = Object.entries(object).map(([field, value]) => [names[field] ?? field, value]);
  return { ...Object.fromEntries(fields), apiVersion } as KubeObject;
}
