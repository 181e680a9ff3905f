import { describe, expect, test } from 'vitest';
import { type Axis, Frames, type Place } from './frames.ts';

interface Pane {
  readonly name: string;
}

/** Row, column, height and width of each window's text, in order. */
function shown(frames: Frames<Pane>): string[] {
  const places = frames.places();
  return frames.windows.map((window) => {
    const { row, column, height, width } = places.get(window) as Place;
    return `${window.name} ${row},${column} ${height}x${width}`;
  });
}

function session(...steps: (readonly [string, string, Axis, number?])[]): Frames<Pane> {
  const panes = new Map<string, Pane>([['a', { name: 'a' }]]);
  const frames = new Frames(panes.get('a') as Pane, 23, 80);
  frames.lastStatus = true;
  for (const [old, made, axis, size = 0] of steps) {
    panes.set(made, { name: made });
    const at = panes.get(old) as Pane;
    frames.split(at, panes.get(made) as Pane, { axis, size, after: false, equal: true });
  }
  return frames;
}

// Sizes as the real vim gives them on a terminal of 24 by 80.
describe('frames', () => {
  test('windows share the room', () => {
    expect(shown(session(['a', 'b', 'height']))).toEqual(['b 0,0 11x80', 'a 12,0 10x80']);
    expect(shown(session(['a', 'b', 'width']))).toEqual(['b 0,0 22x40', 'a 0,41 22x39']);
    expect(shown(session(['a', 'b', 'height'], ['b', 'c', 'height']))).toEqual([
      'c 0,0 7x80',
      'b 8,0 7x80',
      'a 16,0 6x80',
    ]);
  });
});
