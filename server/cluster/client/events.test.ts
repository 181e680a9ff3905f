import { expect, it } from 'vitest';
import type { KubeObject } from '../../objects/object.ts';
import { startApiServer } from '../apiserver/testing.ts';
import { EventRecorder, SeriesRecorder } from './events.ts';
import { RESOURCES } from './resources.ts';

function recorded() {
  const { client, clock } = startApiServer();
  const admin = client();
  const about = admin.get(RESOURCES.namespaces, 'default');
  const recorder = new EventRecorder({ client: admin, clock, source: { component: 'test-controller' } });
  const list = () =>
    admin
      .list(RESOURCES.events, { namespace: 'default' })
      .items.filter((one: KubeObject) => one['involvedObject'].name === 'default');
  return { admin, clock, about, recorder, list };
}

it('counts an event that comes again', () => {
  const { clock, about, recorder, list } = recorded();
  for (let i = 0; i < 3; i++) {
    recorder.event(about, 'Normal', 'Again', 'the same');
    clock.advance(5000);
  }
  const [event, ...others] = list();
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    count: 3,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:10Z',
  });
});

it('combines what is similar from the tenth on, and begins anew after ten quiet minutes', () => {
  const { clock, about, recorder, list } = recorded();
  for (let i = 1; i <= 12; i++) recorder.event(about, 'Normal', 'Many', `number ${i}`);
  expect(list().map((event) => [event['message'], event['count']])).toEqual([
    ...Array.from({ length: 9 }, (_, i) => [`number ${i + 1}`, 1]),
    ['(combined from similar events): number 12', 3],
  ]);
  clock.advance(601_000);
  recorder.event(about, 'Normal', 'Many', 'number 13');
  expect(list().at(-1)?.['message']).toBe('number 13');
});

it('cuts off an object that speaks too often: 25 at once, then one in five minutes', () => {
  const { clock, about, recorder, list } = recorded();
  const speak = () => recorder.event(about, 'Warning', 'Loud', 'again');
  for (let i = 0; i < 40; i++) speak();
  expect(list()[0]?.['count']).toBe(25);
  clock.advance(300_000);
  for (let i = 0; i < 3; i++) speak();
  // Those that were not written were counted all the same.
  expect(list()[0]?.['count']).toBe(41);
});

it('expires after an hour without news', () => {
  const { clock, about, recorder, list } = recorded();
  recorder.event(about, 'Normal', 'Once', 'long ago');
  clock.advance(3_590_000);
  expect(list().length).toBe(1);
  clock.advance(20_000);
  expect(list()).toEqual([]);
});

it('tells a series at its second event', () => {
  const { admin, clock, about, list } = recorded();
  const series = new SeriesRecorder({ client: admin, clock, controller: 'test-scheduler', instance: 'vm' });
  for (let i = 0; i < 3; i++) {
    series.event(about, { type: 'Warning', reason: 'Failed', action: 'Trying', message: 'no' });
    clock.advance(1000);
  }
  expect(list()).toMatchObject([
    {
      series: { count: 2, lastObservedTime: expect.stringMatching(/^2026-01-01T00:00:01\.000\d{3}Z$/) },
      action: 'Trying',
    },
  ]);
  for (let i = 0; i < 8; i++) {
    clock.advance(300_000);
    series.event(about, { type: 'Warning', reason: 'Failed', action: 'Trying', message: 'no' });
  }
  expect(list()).toMatchObject([{ series: { count: 8 } }]);
});
