import { tool } from '../core/tool.ts';

/** `service NAME ACTION` of Debian: passes the action on to systemctl. */
export const service = tool({
  name: 'service',
  summary: 'run a System V init script',
  usage: '< option > | --status-all | [ service_name [ command | --full-restart ] ]',
  paths: ['/usr/sbin/service'],
  inOrder: true,
  options: 'status-all full-restart',
  version: 'init-system-helpers ver. 1.66',
  *run(call) {
    const { context, options } = call;
    if (options.has('status-all')) {
      const units = context.host.systemd
        .services()
        .filter(({ unit }) => unit.load === 'loaded' && unit.name.endsWith('.service'));
      for (const { name, active } of units) {
        yield* call.print(` [ ${active === 'active' ? '+' : '-'} ]  ${name.replace(/\.service$/, '')}\n`);
      }
      return 0;
    }
    const [name, action] = call.operands;
    if (name === undefined || action === undefined) {
      yield* context.err(
        `Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n`,
      );
      return 1;
    }
    if (context.host.systemd.load(name).load === 'not-found') {
      yield* context.err(`${name}: unrecognized service
`);
      return 1;
    }
    return yield* context.run('systemctl', ['systemctl', action, name]);
  },
});
