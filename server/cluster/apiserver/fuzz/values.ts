import type { Field, FieldType, ObjectType } from '../../../objects/schema.ts';
import { setOwn } from '../../../objects/values.ts';
import type { Random } from '../../../sim/index.ts';

/** Words that something in a server may understand, and some that break what is careless. */
const WORDS = [
  '',
  'a',
  'web',
  'default',
  'kube-system',
  'nginx:1.25',
  '*',
  'app=web',
  '1',
  '-1',
  '10',
  '100m',
  '1Gi',
  '50%',
  '8080',
  'True',
  'Always',
  'ClusterIP',
  'NodePort',
  'RollingUpdate',
  'Recreate',
  'In',
  'Exists',
  'NoSchedule',
  'TCP',
  'UDP',
  '10.96.0.9',
  '10.0.0.0/8',
  '::1',
  '* * * * *',
  '@every 1s',
  '2026-01-01T00:00:00Z',
  '5m',
  'self.size() > 0',
  'object.x',
  'system:masters',
  '/etc',
  '../../etc',
  'a/b',
  'A B',
  'x'.repeat(300),
  '\u0000',
  '\ud800',
  '한글',
  '🦈',
  '"',
  '{',
  '$(A)',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'null',
  'NaN',
  '(a+)+$',
  '[',
  '%00',
  '\n',
  'fieldPath',
] as const;
const NUMBERS = [0, 1, -1, 2, 80, 65536, 0.5, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 63, 1e300, -1e-9];
const QUANTITIES = ['1', '100m', '1Gi', '-1', '1e99', '0', '1.5.5', 'x', '99999999999999999999999'];

/** Values of a type, mostly right, sometimes of another type altogether. */
export class RandomValues {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  word(): string {
    return this.#random.pick(WORDS);
  }

  /** Any JSON value, keys that are names of Object's own properties among them. */
  any(depth = 3): unknown {
    const kind = this.#random.below(depth > 0 ? 7 : 5);
    if (kind === 0) return null;
    if (kind === 1) return this.chance(0.5);
    if (kind === 2) return this.#random.pick(NUMBERS);
    if (kind < 5) return this.word();
    if (kind === 5) return Array.from({ length: this.#random.below(4) }, () => this.any(depth - 1));
    const object: Record<string, unknown> = {};
    for (let i = this.#random.below(4); i > 0; i--) setOwn(object, this.word(), this.any(depth - 1));
    return object;
  }

  object(type: ObjectType, depth: number): unknown {
    if (this.chance(0.004)) return this.any();
    const object: Record<string, unknown> = {};
    for (const field of type.fields.values()) {
      const wanted = field.required ? 0.9 : depth > 3 ? 0.3 : 0.15;
      if (depth > 0 && this.chance(wanted)) setOwn(object, field.name, this.#field(field, depth - 1));
    }
    if (this.chance(0.005)) setOwn(object, this.word(), this.any());
    return object;
  }

  #field(field: Field, depth: number): unknown {
    if (field.enum && this.chance(0.9)) return this.#random.pick(field.enum);
    return this.value(field.type, depth);
  }

  value(type: FieldType, depth: number): unknown {
    if (this.chance(0.003)) return this.any();
    switch (type.is) {
      case 'object':
        return this.object(type.type, depth);
      case 'array':
        return Array.from({ length: this.#random.below(3) }, () => this.value(type.items, depth));
      case 'map':
        return Object.fromEntries([[this.word(), this.value(type.values, depth)]]);
      case 'boolean':
        return this.chance(0.5);
      case 'integer':
      case 'number':
        return this.#random.pick(NUMBERS);
      case 'quantity':
        return this.#random.pick(QUANTITIES);
      case 'int-or-string':
        return this.chance(0.5) ? this.#random.pick(NUMBERS) : this.word();
      case 'time':
      case 'micro-time':
        return this.chance(0.8) ? '2026-01-01T00:00:00Z' : this.word();
      case 'bytes':
        return this.chance(0.8) ? 'YQ==' : this.word();
      case 'any':
        return this.any();
      default:
        return this.word();
    }
  }
}
