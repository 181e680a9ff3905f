import { isWithin } from '../../../../host/index.ts';
import { CorefileError, type Directive, type ServerBlock } from '../corefile.ts';
import { dotted, type Handler, type Question, zoneOf } from './plugin.ts';

const ACTIONS = new Set(['allow', 'block', 'filter', 'drop']);

/** `acl [ZONES…] { block type A net 10.244.0.0/16 }`: the first policy that fits decides. Models coredns plugin/acl. */
export function acl({ args, block: lines }: Directive, block: ServerBlock): Handler {
  const zones = (args.length > 0 ? args : block.zones).map(dotted);
  const policies = lines.map(policyOf);
  return (question) => {
    if (zoneOf(question.name, zones) === undefined) return undefined;
    switch (policies.find(({ fits }) => fits(question))?.action) {
      case 'block':
        return { code: 'REFUSED', answers: [], authoritative: false };
      case 'filter':
        return { code: 'NOERROR', answers: [], authoritative: false };
      case 'drop':
        return 'timeout';
      default:
        return undefined;
    }
  };
}

function policyOf([action = '', ...words]: readonly string[]) {
  if (!ACTIONS.has(action))
    throw new CorefileError(
      `plugin/acl: unexpected token "${action}"; expect 'allow', 'block', 'filter' or 'drop'`,
    );
  const after = (word: string) => {
    const from = words.indexOf(word) + 1;
    const rest = from === 0 ? [] : words.slice(from);
    const end = rest.findIndex((one) => one === 'net' || one === 'type');
    return end < 0 ? rest : rest.slice(0, end);
  };
  const types = after('type').filter((type) => type !== '*');
  const nets = after('net').filter((net) => net !== '*');
  const fits = ({ type, from }: Question) =>
    (types.length === 0 || types.includes(type)) &&
    (nets.length === 0 || nets.some((net) => isWithin(from, net.includes('/') ? net : `${net}/32`)));
  return { action, fits };
}
