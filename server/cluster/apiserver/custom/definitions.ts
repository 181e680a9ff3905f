import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { LogEntry, LogWatch } from '../../store/log.ts';
import type { ApiServer } from '../api-server.ts';
import type { Served } from '../served.ts';
import { servedFromDefinition } from './custom-kind.ts';

const PREFIX = '/registry/apiextensions.k8s.io/customresourcedefinitions/';
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** Serves what the CustomResourceDefinitions in the log define. */
export class CustomDefinitions {
  readonly #server: ApiServer;
  readonly #watch: LogWatch;
  readonly #served = new Map<string, readonly Served[]>();

  constructor(server: ApiServer) {
    this.#server = server;
    const { log } = server.store;
    for (const { value } of log.list(PREFIX)) this.#serve(value);
    this.#watch = log.watch(PREFIX, log.revision, (entry) => this.#onEntry(entry));
  }

  close(): void {
    this.#watch.close();
  }

  #onEntry({ value, previous }: LogEntry): void {
    const name = (value ?? previous)?.metadata.name as string;
    if (!value) this.#drop(name);
    else if (
      !previous ||
      !equalValues(previous.spec, value.spec) ||
      isEstablished(previous) !== isEstablished(value)
    ) {
      this.#drop(name);
      this.#serve(value);
    }
  }

  #serve(definition: KubeObject): void {
    if (!isEstablished(definition)) return;
    const served = servedFromDefinition(definition, this.#server);
    this.#served.set(definition.metadata.name, served);
    for (const one of served) this.#server.served.add(one);
  }

  #drop(name: string): void {
    for (const one of this.#served.get(name) ?? []) this.#server.served.remove(one);
    this.#served.delete(name);
  }
}

function isEstablished({ status }: KubeObject): boolean {
  return (status?.conditions ?? []).some((c: any) => c.type === 'Established' && c.status === 'True');
}

/** The names a definition asks for, unless another definition of its group has them. Models pkg/controller/status. */
export function conditionsFor(server: ApiServer, definition: KubeObject, now: number): KubeObject {
  const taken = clashes(server, definition);
  const time = timestamp(now);
  const condition = (type: string, ok: boolean, reason: string, message: string) => ({
    type,
    status: ok ? 'True' : 'False',
    lastTransitionTime: time,
    reason,
    message,
  });
  const conditions =
    taken.length === 0
      ? [
          condition('NamesAccepted', true, 'NoConflicts', 'no conflicts found'),
          condition('Established', true, 'InitialNamesAccepted', 'the initial names have been accepted'),
        ]
      : [
          condition(
            'NamesAccepted',
            false,
            `${taken[0]?.what}Conflict`,
            `${JSON.stringify(taken[0]?.name)} is already in use`,
          ),
          condition('Established', false, 'NotAccepted', 'not all names are accepted'),
        ];
  const stored: string[] = (definition.spec?.versions ?? [])
    .filter((v: any) => v.storage)
    .map((v: any) => v.name);
  const kept: string[] = definition.status?.storedVersions ?? [];
  const { plural, singular, kind, listKind, shortNames, categories } = definition.spec.names;
  const names = { plural, singular, kind, listKind, shortNames, categories };
  const accepted = Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
  return {
    ...definition,
    status: {
      ...definition.status,
      conditions: keepTimes(conditions, definition.status?.conditions ?? []),
      acceptedNames:
        taken.length === 0 ? accepted : (definition.status?.acceptedNames ?? { plural: '', kind: '' }),
      storedVersions: [...new Set([...kept, ...stored])],
    },
  };
}

function keepTimes(conditions: any[], before: any[]): any[] {
  const others = before.filter(({ type }) => !conditions.some((c) => c.type === type));
  const kept = conditions.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    return known && known.status === condition.status ? known : condition;
  });
  return [...kept, ...others];
}

function clashes(server: ApiServer, definition: KubeObject): { what: string; name: string }[] {
  const { group, names } = definition.spec;
  const others = server.served
    .all()
    .filter((one) => one.group === group && one.custom?.definition !== definition.metadata.name);
  const found: { what: string; name: string }[] = [];
  const check = (what: string, name: string, taken: (one: Served) => boolean) => {
    if (name && others.some(taken)) found.push({ what, name });
  };
  check('Plural', names.plural, (one) => one.resource === names.plural);
  check('Singular', names.singular, (one) => one.kind.singular === names.singular);
  check('Kind', names.kind, (one) => one.kind.kind === names.kind);
  for (const short of names.shortNames ?? []) {
    check('ShortNames', short, (one) => (one.kind.shortNames ?? []).includes(short));
  }
  return found;
}
