import {
  type AddressRange,
  addressNumber,
  hasAddress,
  hasRange,
  parseRange,
} from '../../objects/address-range.ts';
import { type KubeObject, timestamp } from '../../objects/object.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
const MANAGER = 'service-cidr-controller';
/** Servers may still give out addresses of a range that is being deleted. */
const GRACE_MS = 10_000;

/** Keeps ranges of service addresses while somebody has an address of theirs. Models pkg/controller/servicecidrs */
export const serviceCidrController: Controller = {
  name: MANAGER,
  alias: MANAGER,
  account: 'service-cidrs-controller',
  start: (context) => new ServiceCidrReconciler(context),
};

class ServiceCidrReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #ranges: Informer;
  readonly #addresses: Informer;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#ranges = context.informers.for(RESOURCES.servicecidrs);
    this.#addresses = context.informers.for(RESOURCES.ipaddresses);
    // What one range leaves behind may be another's: all that touch it are looked at.
    const rangeChanged = (changed: KubeObject) => {
      const touched = rangesOf(changed);
      for (const one of [changed, ...this.#ranges.list()]) {
        const touches = rangesOf(one).some((a) => touched.some((b) => hasRange(a, b) || hasRange(b, a)));
        if (one === changed || touches) context.queue.add(one.metadata.name);
      }
    };
    const addressChanged = ({ metadata }: KubeObject) => {
      for (const one of this.#ranges.list())
        if (holds(one, addressNumber(metadata.name))) context.queue.add(one.metadata.name);
    };
    this.#ranges.on({ added: rangeChanged, updated: rangeChanged, deleted: rangeChanged });
    this.#addresses.on({ added: addressChanged, deleted: addressChanged });
  }

  reconcile(name: string): Result | undefined {
    const range = this.#ranges.get(name);
    if (!range) return undefined;
    const { deletionTimestamp, finalizers = [] } = range.metadata;
    if (!deletionTimestamp) {
      if (!finalizers.includes(FINALIZER)) this.#patch(name, { finalizers: [FINALIZER] });
      this.#say(range, { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' });
      return undefined;
    }
    if (!this.#isFree(range)) {
      const message =
        'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';
      this.#say(range, { status: 'False', reason: 'Terminating', message });
      return undefined;
    }
    const left = Date.parse(deletionTimestamp) + GRACE_MS - this.#context.clock.now;
    if (left > 0) return { requeueAfterMs: left };
    if (finalizers.includes(FINALIZER))
      this.#patch(name, { '$deleteFromPrimitiveList/finalizers': [FINALIZER] });
    return undefined;
  }

  /** Models canDeleteCIDR: another range holds all of it, or nobody has an address that is in no other. */
  #isFree(range: KubeObject): boolean {
    const others = [...this.#ranges.list()].filter(({ metadata }) => metadata.uid !== range.metadata.uid);
    const around = rangesOf(range).every((one) =>
      others.some((other) => rangesOf(other).some((outer) => hasRange(outer, one))),
    );
    if (around) return true;
    return ![...this.#addresses.list()].some(({ metadata }) => {
      const value = addressNumber(metadata.name);
      return holds(range, value) && !others.some((other) => holds(other, value));
    });
  }

  #patch(name: string, metadata: object): void {
    this.#context.client.patch(RESOURCES.servicecidrs, name, { type: 'strategic', body: { metadata } });
  }

  #say(range: KubeObject, wanted: { status: string; reason: string; message: string }): void {
    const known = range.status?.conditions?.find(({ type }: any) => type === 'Ready');
    if (known && known.status === wanted.status && known.message === wanted.message) return;
    const condition = { type: 'Ready', ...wanted, lastTransitionTime: timestamp(this.#context.clock.now) };
    const { apiVersion, kind } = range;
    const body = {
      apiVersion,
      kind,
      metadata: { name: range.metadata.name },
      status: { conditions: [condition] },
    };
    this.#context.client.patch(RESOURCES.servicecidrs, range.metadata.name, {
      type: 'apply',
      body,
      subresource: 'status',
      fieldManager: MANAGER,
      force: true,
    });
  }
}

function rangesOf({ spec }: KubeObject): AddressRange[] {
  const cidrs: string[] = spec?.cidrs ?? [];
  return cidrs.map(parseRange).filter((range) => range !== undefined);
}

function holds(range: KubeObject, address: number): boolean {
  return rangesOf(range).some((one) => hasAddress(one, address));
}
