import { durationMs } from '../client/program-start.ts';
import { KubeletConfigError } from './config-file.ts';
import { FIRST_BACKOFF_MS, MAX_BACKOFF_MS } from './latencies.ts';
import type { ShutdownGroup } from './node/shutdown.ts';
import { quantity } from './pods/pod.ts';

/** What the kubelet watches that can run short. */
export const SIGNALS = [
  ...['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'imagefs.available'],
  ...['imagefs.inodesFree', 'pid.available'],
] as const;
export type Signal = (typeof SIGNALS)[number];

/** Quantities or percentages by signal. */
type Thresholds = Readonly<Partial<Record<Signal, string>>>;

/** When the kubelet ends pods for the node's sake. */
export interface EvictionSettings {
  readonly hard: Thresholds;
  /** Those that must hold for a while first: how long, by signal. */
  readonly soft: Thresholds;
  readonly softGraceMs: Readonly<Partial<Record<Signal, number>>>;
  /** The most that pods get to end when a soft threshold is met. */
  readonly maxPodGraceSeconds: number;
  /** How much beyond the threshold must be free again. */
  readonly minimumReclaim: Thresholds;
  readonly transitionMs: number;
}

// Models pkg/kubelet/eviction/defaults_linux.go
export const DEFAULT_HARD: EvictionSettings['hard'] = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
};

/** When unused images are removed. */
export interface ImageSettings {
  readonly highPercent: number;
  readonly lowPercent: number;
  readonly minimumAgeMs: number;
  /** 0 is no limit. */
  readonly maximumAgeMs: number;
}

/** How fast images are asked for. */
export interface PullSettings {
  /** Undefined is no limit. */
  readonly most: number | undefined;
  /** 0 is no limit. */
  readonly perSecond: number;
  readonly burst: number;
}

export interface LogSettings {
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly monitorMs: number;
}

// Models pkg/kubelet/eviction/helpers.go ParseThresholdConfig
export function evictionSettings(config: any): EvictionSettings {
  const { evictionHard: given, evictionSoft: soft = {}, evictionSoftGracePeriod: grace = {} } = config;
  const hard = config.mergeDefaultEvictionSettings ? { ...DEFAULT_HARD, ...given } : (given ?? DEFAULT_HARD);
  for (const signal of [...Object.keys(hard), ...Object.keys(soft), ...Object.keys(grace)])
    if (!(SIGNALS as readonly string[]).includes(signal))
      throw unusable(`unsupported eviction signal ${signal}`);
  for (const [signal, value] of [...Object.entries(hard), ...Object.entries(soft)]) {
    const problem = thresholdProblem(signal, String(value));
    if (problem !== undefined) throw unusable(problem);
  }
  for (const signal of Object.keys(soft))
    if (grace[signal] === undefined)
      throw unusable(`grace period must be specified for the soft eviction threshold ${signal}`);
  return {
    hard,
    soft,
    softGraceMs: Object.fromEntries(
      Object.entries(grace).map(([name, text]) => [name, duration(String(text)) ?? 0]),
    ),
    maxPodGraceSeconds: config.evictionMaxPodGracePeriod ?? 0,
    minimumReclaim: config.evictionMinimumReclaim ?? {},
    transitionMs: duration(config.evictionPressureTransitionPeriod) || 300_000,
  };
}

// Models pkg/kubelet/eviction/helpers.go parseThresholdStatement
function thresholdProblem(signal: string, value: string): string | undefined {
  if (value.endsWith('%')) {
    const text = value.slice(0, -1);
    if (text.trim() === '' || Number.isNaN(Number(text)))
      return `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`;
    return Number(text) < 0 ? `eviction percentage threshold ${signal} must be >= 0%: ${value}` : undefined;
  }
  if (!/^[+-]?[\d.]+([eE][+-]?\d+|[EPTGMK]i|[numkMGTPE]|)$/.test(value))
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  return quantity(value) <= 0 ? `eviction threshold ${signal} must be positive: ${value}` : undefined;
}

function unusable(why: string): KubeletConfigError {
  return new KubeletConfigError(`failed to run Kubelet: failed to create kubelet: ${why}`);
}

export function imageSettings(config: any): ImageSettings {
  return {
    highPercent: config.imageGCHighThresholdPercent ?? 85,
    lowPercent: config.imageGCLowThresholdPercent ?? 80,
    minimumAgeMs: duration(config.imageMinimumGCAge) || 120_000,
    maximumAgeMs: duration(config.imageMaximumGCAge) ?? 0,
  };
}

export function pullSettings(config: any): PullSettings {
  return {
    most: (config.serializeImagePulls ?? true) ? 1 : (config.maxParallelImagePulls ?? undefined),
    perSecond: config.registryPullQPS ?? 5,
    burst: config.registryBurst ?? 10,
  };
}

export function logSettings(config: any): LogSettings {
  return {
    maxBytes: quantity(config.containerLogMaxSize ?? '10Mi'),
    maxFiles: config.containerLogMaxFiles ?? 5,
    monitorMs: duration(config.containerLogMonitorInterval) || 10_000,
  };
}

/** Models pkg/kubelet/apis/config/v1beta1/defaults.go. */
export function reportSeconds(config: any): number {
  const own = duration(config.nodeStatusReportFrequency) || duration(config.nodeStatusUpdateFrequency);
  return (own || 300_000) / 1000;
}

const CRITICAL_PRIORITY = 2_000_000_000;

/** Models pkg/kubelet/nodeshutdown/nodeshutdown_manager.go migrateConfig. */
export function shutdownGroups(config: any): ShutdownGroup[] {
  const given: any[] = config.shutdownGracePeriodByPodPriority ?? [];
  if (given.length > 0)
    return given.map(({ priority, shutdownGracePeriodSeconds: seconds }) => ({ priority, seconds }));
  const total = (duration(config.shutdownGracePeriod) ?? 0) / 1000;
  const critical = (duration(config.shutdownGracePeriodCriticalPods) ?? 0) / 1000;
  if (total === 0) return [];
  return [
    { priority: 0, seconds: total - critical },
    { priority: CRITICAL_PRIORITY, seconds: critical },
  ];
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration of Go in milliseconds. */
export function duration(text: string | undefined): number | undefined {
  if (!text) return undefined;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    sum += Number(number) * (UNITS_MS[unit as string] ?? 0);
  return sum;
}

/** How long a container that ends again and again waits for its next start. */
export interface RestartBackoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Models pkg/kubelet/kubelet.go newCrashLoopBackOff */
export function restartBackoff(config: any, isOn: (gate: string) => boolean): RestartBackoff {
  const reduced = isOn('ReduceDefaultCrashLoopBackOffDecay');
  const own = config.crashLoopBackOff?.maxContainerRestartPeriod;
  const usual = reduced ? 60_000 : MAX_BACKOFF_MS;
  const maxMs = own && isOn('KubeletCrashLoopBackOffMax') ? durationMs(own) : usual;
  return { firstMs: Math.min(reduced ? 1000 : FIRST_BACKOFF_MS, maxMs), maxMs };
}
