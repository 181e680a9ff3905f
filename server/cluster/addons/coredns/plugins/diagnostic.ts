import type { Directive } from '../corefile.ts';
import { type Handler, option } from './plugin.ts';

/** The plugin `whoami`: who asks, beside an empty answer. Models coredns plugin/whoami. */
export const whoami: Handler = ({ name, from }) => ({
  code: 'NOERROR',
  answers: [],
  additional: [
    { name, type: 'A', ttl: 0, data: from },
    { name: `_udp.${name}`, type: 'SRV', ttl: 0, data: '0 0 40212 .' },
  ],
  authoritative: true,
});

const EXAMPLE_ADDRESS = '192.0.2.53';

/** The plugin `erratic`: an example's address, and for every second question nothing. Models coredns plugin/erratic. */
export function erratic(directive: Directive): Handler {
  const given = option(directive, 'drop');
  // Without a word about drops, there are some unless something else is asked for.
  const drops = given || directive.block.length === 0 ? Number(given?.[0] ?? 2) : 0;
  let count = 0;
  return ({ name, type }) => {
    const isDropped = drops > 0 && count++ % drops === 0;
    if (isDropped) return 'timeout';
    const answers = type === 'A' ? [{ name, type, ttl: 0, data: EXAMPLE_ADDRESS } as const] : [];
    return { code: 'NOERROR', answers, authoritative: true };
  };
}
