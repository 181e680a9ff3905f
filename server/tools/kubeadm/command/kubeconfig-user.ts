import { goDuration, milliseconds } from '../duration.ts';
import { clientPair, readAuthority } from '../phases/certs.ts';
import { embedded, kubeconfigText } from '../phases/kubeconfig.ts';
import { Refusal, type Subcommand } from './call.ts';
import { phasePlan } from './init/plan.ts';

// Models cmd/kubeadm/app/cmd/kubeconfig.go newCmdUserKubeConfig
export const kubeconfigUser: Subcommand = {
  path: 'kubeconfig user',
  flags: {
    'client-name': 'string',
    org: 'list',
    token: 'string',
    'validity-period': 'duration',
    config: 'string',
  },
  run(call) {
    const name = call.flags.get('client-name');
    if (name === undefined) throw new Refusal('required flag(s) "client-name" not set');
    const { host } = call.context;
    const { plan } = phasePlan(call);
    const ca = readAuthority(host, 'ca');
    const token = call.flags.get('token');
    if (token !== undefined)
      return kubeconfigText(plan, ca.certificate, { name, fields: [['token', token]] });
    const organizations = (call.flags.get('org') ?? '').split(',').filter((org) => org !== '');
    const lifeMs = milliseconds(call.flags.get('validity-period') ?? goDuration(plan.certificateLifeMs));
    const pair = clientPair(host, ca, { commonName: name, organizations }, lifeMs);
    return kubeconfigText(plan, ca.certificate, { name, fields: embedded(pair) });
  },
};
