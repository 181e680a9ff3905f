import type { Context } from './context.ts';

const FILE = '/etc/ssh/sshd_config';

/** What sshd_config(5) names. */
const KEYWORDS = new Set(
  `acceptenv addressfamily allowagentforwarding allowgroups allowstreamlocalforwarding allowtcpforwarding allowusers
  authenticationmethods authorizedkeyscommand authorizedkeyscommanduser authorizedkeysfile authorizedprincipalscommand
  authorizedprincipalscommanduser authorizedprincipalsfile banner casignaturealgorithms channeltimeout chrootdirectory
  ciphers clientalivecountmax clientaliveinterval compression debianbanner denygroups denyusers disableforwarding
  exposeauthinfo fingerprinthash forcecommand gatewayports gssapiauthentication gssapicleanupcredentials
  gssapikeyexchange gssapistorecredentialsonrekey gssapistrictacceptorcheck hostbasedacceptedalgorithms
  hostbasedauthentication hostbasedusesnamefrompacketonly hostcertificate hostkey hostkeyagent hostkeyalgorithms
  ignorerhosts ignoreuserknownhosts include ipqos kbdinteractiveauthentication kerberosauthentication
  kerberosgetafstoken kerberosorlocalpasswd kerberosticketcleanup kexalgorithms listenaddress logingracetime loglevel
  logverbose macs match maxauthtries maxsessions maxstartups modulifile passwordauthentication permitemptypasswords
  permitlisten permitopen permitrootlogin permittty permittunnel permituserenvironment permituserrc
  persourcemaxstartups persourcenetblocksize pidfile port printlastlog printmotd pubkeyacceptedalgorithms
  pubkeyauthentication pubkeyauthoptions rdomain rekeylimit requiredrsasize revokedkeys securitykeyprovider setenv
  streamlocalbindmask streamlocalbindunlink strictmodes subsystem syslogfacility tcpkeepalive trustedusercakeys
  unusedconnectiontimeout usedns usepam versionaddendum x11displayoffset x11forwarding x11uselocalhost xauthlocation
  challengeresponseauthentication`
    .split(/\s+/)
    .filter(Boolean),
);

/** What sshd says of directives that it does not know, as at its start and for `sshd -t`. Empty: the file is good. */
export function sshdConfigErrors({ fs }: Context): string[] {
  if (!fs.isFile(FILE)) return [`${FILE}: No such file or directory`];
  const bad = fs
    .read(FILE)
    .split('\n')
    .flatMap((line, i) => {
      const keyword = /^\s*([^\s#="]+)/.exec(line)?.[1];
      return keyword === undefined || KEYWORDS.has(keyword.toLowerCase())
        ? []
        : [`${FILE}: line ${i + 1}: Bad configuration option: ${keyword}`];
    });
  if (bad.length === 0) return [];
  return [...bad, `${FILE}: terminating, ${bad.length} bad configuration options`];
}
