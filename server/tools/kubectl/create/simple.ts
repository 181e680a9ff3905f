import type { Steps } from '../../../sim/index.ts';
import { KubectlError } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { outputFormat, printerFor } from '../printers.ts';
import { finish, metadata, nameArgument, sortedMap } from './send.ts';

type Fields = Record<string, any>;

export function* createNamespace(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const object = {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: metadata(k, name, { namespaced: false }),
    spec: {},
    status: {},
  };
  yield* finish(k, { object, root: 'api/v1', plural: 'namespaces', namespaced: false });
}

export function* createServiceAccount(k: Kubectl): Steps<void> {
  const object = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: metadata(k, nameArgument(k)) };
  yield* finish(k, {
    object,
    root: 'api/v1',
    plural: 'serviceaccounts',
    namespaced: true,
    failure: 'failed to create serviceaccount: ',
  });
}

/** `cpu=1,pods=3` as a map of quantities. Models create_quota.go populateResourceListV1. */
export function resourceList(spec: string): Fields {
  const out: Fields = {};
  if (spec === '') return out;
  for (const statement of spec.split(',')) {
    const parts = statement.split('=');
    if (parts.length !== 2)
      throw new KubectlError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    const [name = '', value = ''] = parts;
    if (!/^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/.test(value)) throw new KubectlError(QUANTITY_ERROR);
    out[name] = canonicalQuantity(value);
  }
  return sortedMap(out);
}

export const QUANTITY_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** The shortest form of a quantity in its own notation. */
export function canonicalQuantity(text: string): string {
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([A-Za-z]*)$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
  const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
  let digits = BigInt(`${whole}${fraction}` || '0');
  let exponent = -fraction.length;
  if (suffix.endsWith('i')) {
    let at = binary.indexOf(suffix);
    if (at < 0) return text;
    if (fraction.length > 0) {
      const scaled = digits * 1024n;
      if (at === 0 || scaled % 10n ** BigInt(fraction.length) !== 0n) return text;
      digits = scaled / 10n ** BigInt(fraction.length);
      at--;
    }
    while (at < binary.length - 1 && digits > 0n && digits % 1024n === 0n) {
      digits /= 1024n;
      at++;
    }
    return digits === 0n ? '0' : `${sign === '-' ? '-' : ''}${digits}${binary[at]}`;
  }
  const place = decimal.indexOf(suffix);
  if (place < 0) return text;
  exponent += (place - 3) * 3;
  if (digits === 0n) return '0';
  while (digits % 10n === 0n) {
    digits /= 10n;
    exponent++;
  }
  while (((exponent % 3) + 3) % 3 !== 0) {
    digits *= 10n;
    exponent--;
  }
  return `${sign === '-' ? '-' : ''}${digits}${decimal[exponent / 3 + 3]}`;
}

export function* createQuota(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const hard = resourceList(k.flags.string('hard'));
  const scopes = k.flags
    .string('scopes')
    .split(',')
    .filter((scope) => k.flags.string('scopes') !== '' || scope !== '');
  if (k.flags.string('scopes') !== '' && scopes.some((scope) => scope === ''))
    throw new KubectlError('invalid resource quota scope ""');
  const spec: Fields = {};
  if (Object.keys(hard).length > 0) spec['hard'] = hard;
  if (k.flags.string('scopes') !== '') spec['scopes'] = scopes;
  const object = { kind: 'ResourceQuota', apiVersion: 'v1', metadata: metadata(k, name), spec, status: {} };
  yield* finish(k, {
    object,
    root: 'api/v1',
    plural: 'resourcequotas',
    namespaced: true,
    failure: 'failed to create quota: ',
  });
}

/** A number stays one; anything else is a string such as `50%`. */
export function intOrString(text: string): number | string {
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

export function* createDisruptionBudget(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const selector = k.flags.string('selector');
  const min = k.flags.string('min-available');
  const max = k.flags.string('max-unavailable');
  if (selector === '') throw new KubectlError('a selector must be specified');
  if (max === '' && min === '')
    throw new KubectlError('one of min-available or max-unavailable must be specified');
  if (max !== '' && min !== '')
    throw new KubectlError('min-available and max-unavailable cannot be both specified');
  for (const value of [min, max]) {
    if (value !== '' && !/^(?:[0-9]+%?)$/.test(value)) {
      const which = value === min ? 'min-available' : 'max-unavailable';
      throw new KubectlError(`invalid format specified for ${which}`);
    }
  }
  const object = {
    kind: 'PodDisruptionBudget',
    apiVersion: 'policy/v1',
    metadata: metadata(k, name),
    spec: {
      ...(min !== '' ? { minAvailable: intOrString(min) } : {}),
      selector: labelSelectorOf(selector),
      ...(max !== '' ? { maxUnavailable: intOrString(max) } : {}),
    },
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  };
  yield* finish(k, {
    object,
    root: 'apis/policy/v1',
    plural: 'poddisruptionbudgets',
    namespaced: true,
    failure: 'failed to create poddisruptionbudgets: ',
  });
}

/** `a=b,c in (d)` as a LabelSelector. Models metav1.ParseToLabelSelector. */
export function labelSelectorOf(text: string): Fields {
  const broken = /(?:^|,)\s*\S+\s+(?:in|notin)\s*$/.test(text);
  if (broken)
    throw new KubectlError(
      `couldn't parse the selector string ${JSON.stringify(text)}: unable to parse requirement: found '' expected: '('`,
    );
  const matchLabels: Fields = {};
  const matchExpressions: Fields[] = [];
  for (const part of text.split(/,(?![^(]*\))/)) {
    const set = /^\s*(\S+?)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(part);
    const pair = /^\s*([^!=\s]+)\s*(!=|==?)\s*(\S*)\s*$/.exec(part);
    if (set) {
      const operator = set[2] === 'in' ? 'In' : 'NotIn';
      const values = (set[3] as string).split(',').map((value) => value.trim());
      matchExpressions.push({ key: set[1], operator, values });
    } else if (pair?.[2] === '!=') {
      throw new KubectlError('"!=" is not a valid label selector operator');
    } else if (pair) matchLabels[pair[1] as string] = pair[3];
    else if (part.trim().startsWith('!'))
      matchExpressions.push({ key: part.trim().slice(1), operator: 'DoesNotExist' });
    else matchExpressions.push({ key: part.trim(), operator: 'Exists' });
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels: sortedMap(matchLabels) } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}

export function* createPriorityClass(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const policy = k.flags.string('preemption-policy');
  const object = {
    kind: 'PriorityClass',
    apiVersion: 'scheduling.k8s.io/v1',
    metadata: metadata(k, name, { namespaced: false }),
    value: k.flags.int('value'),
    ...(k.flags.bool('global-default') ? { globalDefault: true } : {}),
    ...(k.flags.string('description') !== '' ? { description: k.flags.string('description') } : {}),
    preemptionPolicy: policy,
  };
  yield* finish(k, {
    object,
    root: 'apis/scheduling.k8s.io/v1',
    plural: 'priorityclasses',
    namespaced: false,
    failure: 'failed to create priorityclass: ',
  });
}

const BINDABLE: Readonly<Record<string, string>> = { Pod: 'v1', Secret: 'v1', Node: 'v1' };

export function* createToken(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const duration = k.flags.duration('duration');
  const kind = k.flags.string('bound-object-kind');
  const boundName = k.flags.string('bound-object-name');
  const uid = k.flags.string('bound-object-uid');
  if (duration < 0) throw new KubectlError('--duration must be greater than or equal to 0');
  if (duration % 1000 !== 0)
    throw new KubectlError('--duration cannot be expressed in units less than seconds');
  if (kind === '') {
    if (boundName !== '')
      throw new KubectlError('--bound-object-name can only be set if --bound-object-kind is provided');
    if (uid !== '')
      throw new KubectlError('--bound-object-uid can only be set if --bound-object-kind is provided');
  } else {
    if (!BINDABLE[kind])
      throw new KubectlError(
        `supported --bound-object-kind values are ${Object.keys(BINDABLE).sort().join(', ')}`,
      );
    if (boundName === '')
      throw new KubectlError('--bound-object-name is required if --bound-object-kind is provided');
  }
  const audiences = k.flags.list('audience').map((audience) => audience.trim());
  if (audiences.includes('')) throw new KubectlError('--audience must not be an empty string');
  const request = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: {
      audiences: audiences.length > 0 ? audiences : null,
      expirationSeconds: duration > 0 ? duration / 1000 : null,
      boundObjectRef:
        kind === '' ? null : { kind, apiVersion: BINDABLE[kind], name: boundName, ...(uid ? { uid } : {}) },
    },
    status: { token: '', expirationTimestamp: null },
  };
  const printer = outputFormat(k).format === '' ? undefined : printerFor(k, '');
  const path = `/api/v1/namespaces/${k.namespace}/serviceaccounts/${name}/token`;
  let response: Fields;
  try {
    response = yield* k.api.post<Fields>(path, request);
  } catch (error) {
    throw new KubectlError(`failed to create token: ${(error as Error).message}`);
  }
  const token = response['status']?.token ?? '';
  if (token === '') throw new KubectlError('failed to create token: no token in server response');
  // Only somebody who looks at it gets a line of it.
  const end = k.context.isTerminal(1) ? '\n' : '';
  yield* k.out(printer ? printer.print(response, { typed: true }) : `${token}${end}`);
}
