import type { FieldErrors } from '../../../../objects/field-error.ts';

const PREFIX = 'pod-security.kubernetes.io/';
/** From the least strict on. */
const LEVELS = ['privileged', 'baseline', 'restricted'];

export const MODES = ['enforce', 'audit', 'warn'] as const;
type Mode = (typeof MODES)[number];

/** A level of the Pod Security Standards as a version of them says it. */
export interface LevelVersion {
  readonly level: string;
  readonly version: string;
}

export type Policy = Readonly<Record<Mode, LevelVersion>>;

type Names = readonly string[];
type Labels = Readonly<Record<string, string>>;

/** What holds where namespaces say nothing, and who need not care. Models pod-security-admission/admission/api. */
export interface PodSecurityConfiguration {
  /** `enforce`, `enforce-version`, and so on. */
  readonly defaults: Labels;
  readonly exemptions: {
    readonly usernames?: Names;
    readonly namespaces?: Names;
    readonly runtimeClasses?: Names;
  };
}

export function label(mode: Mode): string {
  return PREFIX + mode;
}

/** What a namespace's labels ask for. Models pod-security-admission/api PolicyToEvaluate. */
export function policyOf(labels: Labels = {}, defaults: Labels = {}): Policy {
  const of = (mode: Mode): LevelVersion => ({
    level: labels[PREFIX + mode] ?? (defaults[mode] || 'privileged'),
    version: labels[`${PREFIX}${mode}-version`] ?? (defaults[`${mode}-version`] || 'latest'),
  });
  const [enforce, audit, warn] = [of('enforce'), of('audit'), of('warn')];
  const warnsToo =
    labels[label('enforce')] !== undefined &&
    labels[label('warn')] === undefined &&
    isStricter(enforce, warn);
  if (!warnsToo) return { enforce, audit, warn };
  const version = labels[`${label('warn')}-version`] ?? enforce.version;
  return { enforce, audit, warn: { level: enforce.level, version } };
}

export function isStricter(one: LevelVersion, other: LevelVersion): boolean {
  return LEVELS.indexOf(one.level) > LEVELS.indexOf(other.level);
}

export function samePolicy(one: LevelVersion, other: LevelVersion): boolean {
  return one.level === other.level && one.version === other.version;
}

export const show = ({ level, version }: LevelVersion) => `${level}:${version}`;

/** The parts of a policy that labels ask for and that ask for something. */
export function compact(policy: Policy, labels: Labels): string {
  return MODES.filter((mode) => policy[mode].level !== 'privileged')
    .filter((mode) => labels[label(mode)] !== undefined || labels[`${label(mode)}-version`] !== undefined)
    .map((mode) => `${mode}=${show(policy[mode])}`)
    .join(', ');
}

/** What is wrong with a namespace's labels. */
export function checkLabels(errors: FieldErrors, labels: Labels = {}): void {
  for (const mode of MODES) {
    const policy = {
      level: labels[label(mode)] ?? 'privileged',
      version: labels[`${label(mode)}-version`] ?? 'latest',
    };
    checkPolicy(errors, policy, (suffix) => `metadata.labels[${label(mode)}${suffix}]`);
  }
}

function checkPolicy(
  errors: FieldErrors,
  { level, version }: LevelVersion,
  field: (suffix: string) => string,
): void {
  if (!LEVELS.includes(level)) errors.invalid(field(''), level, `must be one of ${LEVELS.join(', ')}`);
  if (version !== 'latest' && !/^v1\.(0|[1-9]\d*)$/.test(version))
    errors.invalid(field('-version'), version, 'must be "latest" or "v1.x"');
}

/** Models pod-security-admission/admission/api/validation ValidatePodSecurityConfiguration. */
export function checkPodSecurityConfiguration(
  errors: FieldErrors,
  configuration: PodSecurityConfiguration,
): void {
  const { defaults, exemptions } = configuration;
  for (const mode of MODES) {
    const policy = {
      level: defaults[mode] || 'privileged',
      version: defaults[`${mode}-version`] || 'latest',
    };
    checkPolicy(errors, policy, (suffix) => `defaults.${mode}${suffix}`);
  }
  for (const [list, names] of Object.entries(exemptions)) {
    (names ?? []).forEach((name, i) => {
      const field = `exemptions.${list}[${i}]`;
      if (names.indexOf(name) < i) errors.duplicate(field, name);
      else if (name === '') errors.invalid(field, name, `${list.slice(0, -1)} must not be empty`);
    });
  }
}
