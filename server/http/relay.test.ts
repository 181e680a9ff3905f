import { describe, expect, it } from 'vitest';
import type { TerminalOutput } from './protocol.ts';
import { Relay } from './relay.ts';

function viewer() {
  const seen: TerminalOutput[] = [];
  return { seen, send: (message: TerminalOutput) => void seen.push(message) };
}

describe('a terminal that is watched again', () => {
  it('sends what was missed, and no more', () => {
    const relay = new Relay();
    const one = viewer();
    relay.join(one, '', 0);
    relay.output('abc');
    relay.leave(one);
    relay.output('def');
    const two = viewer();
    relay.join(two, relay.epoch, 3);
    expect(two.seen).toEqual([
      { type: 'ready', epoch: relay.epoch, seq: 3, fresh: false },
      { type: 'output', seq: 6, data: 'def' },
    ]);
  });

  it('starts afresh with everything it still has when the browser knows another shell', () => {
    const relay = new Relay();
    relay.output('abc');
    const one = viewer();
    relay.join(one, 'of before', 2);
    expect(one.seen).toEqual([
      { type: 'ready', epoch: relay.epoch, seq: 0, fresh: true },
      { type: 'output', seq: 3, data: 'abc' },
    ]);
  });

  it('forgets the oldest when there is too much', () => {
    const relay = new Relay();
    for (let i = 0; i < 100; i++) relay.output('x'.repeat(10_000));
    const one = viewer();
    relay.join(one, relay.epoch, 5);
    const [ready, output] = one.seen as [TerminalOutput, TerminalOutput & { data: string }];
    expect(ready).toMatchObject({ fresh: true });
    expect(output.data.length).toBeLessThan(300_000);
    expect(output).toMatchObject({ seq: 1_000_000 });
  });

  it('says that the shell has ended', () => {
    const relay = new Relay();
    const one = viewer();
    relay.join(one, '', 0);
    relay.end();
    expect(one.seen.at(-1)).toEqual({ type: 'ended' });
  });
});
