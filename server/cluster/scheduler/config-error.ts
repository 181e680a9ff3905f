import { StartError } from '../client/program-start.ts';

/** The file is not a usable KubeSchedulerConfiguration; the message is kube-scheduler's. */
export class ConfigError extends StartError {
  override name = 'ConfigError';
}

/** Refuses fields that the type does not have. */
export function only(object: any, fields: readonly string[], path: string): void {
  for (const key of Object.keys(object ?? {})) {
    if (!fields.includes(key)) throw new ConfigError(`strict decoding error: unknown field "${path}${key}"`);
  }
}

/** What is wrong with a file, in the words of k8s.io/apimachinery's field errors. */
export interface Problems {
  add(text: string): void;
  invalid(path: string, value: unknown, why: string): void;
  unsupported(path: string, value: string, known: readonly string[]): void;
}

export function problemsIn(list: string[]): Problems {
  return {
    add: (text) => list.push(text),
    invalid: (path, value, why) => list.push(`${path}: Invalid value: ${value}: ${why}`),
    unsupported: (path, value, known) => {
      const values = known.map((one) => JSON.stringify(one)).join(', ');
      list.push(`${path}: Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`);
    },
  };
}
