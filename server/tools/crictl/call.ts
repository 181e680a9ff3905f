import type { ContainerRuntime } from '../../cluster/client/cri.ts';
import type { Context } from '../../host/index.ts';
import type { Options } from '../../shell/options.ts';

/** One command line, read, and the runtime it speaks to. */
export interface Call {
  readonly context: Context;
  readonly runtime: ContainerRuntime;
  readonly options: Options;
  readonly args: readonly string[];
}
