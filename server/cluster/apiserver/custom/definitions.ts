import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { LogEntry, LogWatch } from '../../store/log.ts';
import type { ApiServer } from '../api-server.ts';
import type { Served } from '../served.ts';
import { DEFINITIONS } from './accepted-names.ts';
import { servedFromDefinition } from './custom-kind.ts';

export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** Serves what the CustomResourceDefinitions in the log define. */
export class CustomDefinitions {
  readonly #server: ApiServer;
  readonly #watch: LogWatch;
  readonly #served = new Map<string, readonly Served[]>();

  constructor(server: ApiServer) {
    this.#server = server;
    const { log } = server.store;
    for (const { value } of log.list(DEFINITIONS)) this.#serve(value);
    this.#watch = log.watch(DEFINITIONS, log.revision, (entry) => this.#onEntry(entry));
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
