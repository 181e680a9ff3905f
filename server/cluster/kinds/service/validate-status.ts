import { balancerHost, ipOrNone, ofStatus } from '../validation/status.ts';

const MODES = ['Proxy', 'VIP'];

/** Where a balancer sends on from. Models pkg/apis/core/validation ValidateLoadBalancerStatus. */
export const validateStatus = ofStatus(({ loadBalancer = {} }, errors, { spec }) => {
  const field = 'status.loadBalancer.ingress';
  const balancers: any[] = loadBalancer.ingress ?? [];
  if (spec.type !== 'LoadBalancer' && balancers.length > 0) {
    errors.forbidden(field, 'may only be used when `spec.type` is LoadBalancer');
    return;
  }
  balancers.forEach(({ ip, ipMode, hostname }, i) => {
    const place = `${field}[${i}]`;
    ipOrNone(errors, `${place}.ip`, ip);
    if (ipMode !== undefined && !ip)
      errors.forbidden(`${place}.ipMode`, 'may not be specified when `ip` is not set');
    else if (ipMode !== undefined && !MODES.includes(ipMode))
      errors.notSupported(`${place}.ipMode`, ipMode, MODES);
    balancerHost(errors, `${place}.hostname`, hostname);
  });
});
