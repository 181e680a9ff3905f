import type { Command } from '../../command.ts';

/** Tools of network engineers whose work is not simulated: they say so. */
interface RefusedTool {
  readonly why: string;
  /** Where Ubuntu's server has it; images bring the others. */
  readonly paths: readonly string[];
}

const PACKETS = 'packets are not simulated here, connections are: there is nothing to capture';

const TOOLS: Readonly<Record<string, RefusedTool>> = {
  tshark: { why: PACKETS, paths: [] },
  ngrep: { why: PACKETS, paths: [] },
  iperf3: { why: 'throughput is not simulated here', paths: [] },
  socat: { why: 'relays are not simulated here: use nc', paths: ['/usr/bin/socat'] },
};

export const REFUSED_TOOLS: readonly Command[] = Object.entries(TOOLS).map(([name, { why, paths }]) => ({
  name,
  summary: why,
  paths,
  *main(context) {
    yield* context.err(`${name}: ${why}\n`);
    return 1;
  },
}));
