/**
 * Packages of Ubuntu 24.04's archive, a line each: name, version there and in Debian 12 (`-`: not there), section with
 * `all` for those without binaries, KiB packed and unpacked, what it needs, its programs, and what it is.
 */
export const ARCHIVE_TABLE = `
apt-transport-https | 2.7.14build2 | 2.6.1 | universe/oldlibs all | 4 35 | | | transitional package for https support
bind9-dnsutils | 1:9.18.30-0ubuntu0.24.04.2 | 1:9.18.33-1~deb12u2 | net | 402 697 | bind9-host, bind9-libs | dig nslookup | Clients provided with BIND 9
bind9-host | 1:9.18.30-0ubuntu0.24.04.2 | 1:9.18.33-1~deb12u2 | net | 305 421 | bind9-libs | host | DNS Lookup Utility
bind9-libs | 1:9.18.30-0ubuntu0.24.04.2 | 1:9.18.33-1~deb12u2 | libs | 1257 3612 | | | Shared Libraries used by BIND 9
bridge-utils | 1.7.1-1ubuntu2 | 1.7-1 | net | 33 118 | | /usr/sbin/brctl | Utilities for configuring the Linux Ethernet bridge
ca-certificates | 20240203 | 20230311+deb12u1 | misc all | 159 387 | openssl | | Common CA certificates
conntrack | 1:1.4.8-1ubuntu1 | 1:1.4.7-1+b2 | net | 38 119 | | /usr/sbin/conntrack | Program to modify the conntrack tables
curl | 8.5.0-2ubuntu10.6 | 7.88.1-10+deb12u12 | web | 227 534 | libcurl4 | curl | command line tool for transferring data with URL syntax
dns-root-data | 2024071801~ubuntu0.24.04.1 | - | misc all | 6 21 | | | DNS root hints and DNSSEC trust anchor
dnsmasq-base | 2.90-2ubuntu0.1 | - | net | 376 951 | | | Small caching DNS proxy and DHCP/TFTP server - executable
dnsutils | 1:9.18.30-0ubuntu0.24.04.2 | 1:9.18.33-1~deb12u2 | universe/oldlibs all | 4 24 | bind9-dnsutils | | Transitional package for bind9-dnsutils
ebtables | 2.0.11-6build2 | 2.0.11-5 | universe/net | 86 277 | | | Ethernet bridge frame table administration
ethtool | 1:6.7-1build1 | 1:6.1-1 | net | 224 715 | | /usr/sbin/ethtool | display or change Ethernet device settings
file | 1:5.45-3build1 | 1:5.44-3 | utils | 22 73 | | file | Recognize the type of data in a file using "magic" numbers
gettext-base | 0.21-14ubuntu2 | 0.21-12 | utils | 163 340 | | envsubst | GNU Internationalization utilities for the base system
gnupg | 2.4.4-2ubuntu17 | 2.2.40-1.1 | utils all | 359 486 | gpg | | GNU privacy guard - a free PGP replacement
gpg | 2.4.4-2ubuntu17 | 2.2.40-1.1 | utils | 565 1250 | | gpg | GNU Privacy Guard -- minimalist public key operations
iproute2 | 6.1.0-1ubuntu6 | 6.1.0-3 | net | 1047 3570 | libbpf1, libcap2-bin, libelf1, libmnl0, libtirpc3, libxtables12 | /usr/sbin/ip=ip /usr/bin/ip=ip /usr/bin/ss=ss | networking and traffic control tools
ipset | 7.19-1ubuntu2 | 7.17-1 | net | 34 118 | | | administration tool for kernel IP sets
iptables | 1.8.10-3ubuntu2 | 1.8.9-2 | net | 381 2400 | | | administration tools for packet filtering and NAT
iputils-ping | 3:20240117-1build1 | 3:20221126-1+deb12u1 | net | 45 125 | | ping | Tools to test the reachability of network hosts
iputils-tracepath | 3:20240117-1build1 | 3:20221126-1+deb12u1 | net | 14 45 | | tracepath | Tools to trace the network path to a remote host
ipvsadm | 1:1.31-1ubuntu0.1 | 1:1.31-1 | universe/net | 40 130 | | /usr/sbin/ipvsadm | Linux Virtual Server support programs
jq | 1.7.1-3build1 | 1.6-2.1+deb12u1 | utils | 66 112 | libjq1, libonig5 | jq | lightweight and flexible command-line JSON processor
less | 590-2ubuntu2.1 | 590-2.1~deb12u2 | text | 142 319 | | less | pager program similar to more
libbpf1 | 1:1.3.0-2build2 | 1:1.1.0-1 | libs | 145 370 | libelf1 | | eBPF helper library (shared library)
libcap2-bin | 1:2.66-5ubuntu2 | 1:2.66-4 | utils | 35 124 | | | POSIX 1003.1e capabilities (utilities)
libcurl4 | 8.5.0-2ubuntu10.6 | 7.88.1-10+deb12u12 | libs | 391 871 | | | easy-to-use client-side URL transfer library (OpenSSL flavour)
libelf1 | 0.190-1.1build4 | 0.188-2.1 | libs | 174 988 | | | library to read and write ELF files
libjq1 | 1.7.1-3build1 | 1.6-2.1+deb12u1 | libs | 141 377 | libonig5 | | lightweight and flexible command-line JSON processor - shared library
libmnl0 | 1.0.5-2build1 | 1.0.4-3 | libs | 12 40 | | | minimalistic Netlink communication library
libonig5 | 6.9.9-1build1 | 6.9.8-1 | libs | 172 652 | | | regular expressions library
libproc2-0 | 2:4.0.4-4ubuntu3 | 2:4.0.2-3 | libs | 63 180 | | | library for accessing process information from /proc
libtirpc-common | 1.3.4+ds-1.1build1 | 1.3.3+ds-1 | libs all | 14 37 | | | transport-independent RPC library - common files
libtirpc3 | 1.3.4+ds-1.1build1 | 1.3.3+ds-1 | libs | 85 224 | libtirpc-common | | transport-independent RPC library
libxtables12 | 1.8.10-3ubuntu2 | 1.8.9-2 | libs | 31 104 | | | netfilter xtables library
lsb-release | 12.0-2 | 12.0-1 | misc all | 6 24 | | lsb_release | Linux Standard Base version reporting utility (minimal implementation)
lsof | 4.95.0-1build3 | 4.95.0-1 | utils | 248 469 | | lsof | utility to list open files
nano | 7.2-2ubuntu0.1 | 7.2-1+deb12u1 | editors | 281 872 | | nano | small, friendly text editor inspired by Pico
net-tools | 2.10-0.1ubuntu4 | 2.10-0.1 | net | 204 811 | | netstat /usr/sbin/ifconfig /usr/sbin/route /usr/sbin/arp | NET-3 networking toolkit
netcat-openbsd | 1.226-1ubuntu2 | 1.219-1 | net | 45 115 | | nc netcat=nc | TCP/IP swiss army knife
nfs-common | 1:2.6.4-3ubuntu5.1 | 1:2.6.2-4+deb12u1 | net | 249 852 | | | NFS support files common to client and server
nmap | 7.94+git20230807.3008e1b2d+dfsg-3build2 | 7.93+dfsg1-1 | universe/net | 1694 4486 | | nmap | The Network Mapper
openssh-client | 1:9.6p1-3ubuntu13.11 | 1:9.2p1-2+deb12u6 | net | 906 4076 | | ssh scp ssh-keygen ssh-copy-id | secure shell (SSH) client, for secure access to remote machines
openssl | 3.0.13-0ubuntu3.5 | 3.0.16-1~deb12u1 | utils | 1003 2083 | | openssl | Secure Sockets Layer toolkit - cryptographic utility
pigz | 2.8-1 | 2.6-1 | universe/utils | 65 150 | | | Parallel Implementation of GZip
procps | 2:4.0.4-4ubuntu3 | 2:4.0.2-3 | admin | 709 2389 | libproc2-0, psmisc | free kill pgrep pkill ps top uptime vmstat w watch /usr/sbin/sysctl | /proc file system utilities
psmisc | 23.7-1build1 | 23.6-1 | admin | 259 925 | | fuser killall pstree | utilities that use the proc file system
runc | 1.1.12-0ubuntu3.1 | 1.1.5+ds1-1+deb12u1 | admin | 8599 25300 | | /usr/sbin/runc | Open Container Project - runtime
socat | 1.8.0.0-4build3 | 1.7.4.4-2 | net | 374 1700 | | socat | multipurpose relay for bidirectional data transfer
software-properties-common | 0.99.49.1 | - | admin all | 14 205 | | | manage the repositories that you install software from (common)
tmux | 3.4-1ubuntu0.1 | 3.3a-3 | admin | 480 1115 | | tmux | terminal multiplexer
traceroute | 1:2.1.5-1 | 1:2.1.2-1 | universe/net | 60 163 | | traceroute | Traces the route taken by packets over an IPv4/IPv6 network
tree | 2.1.1-2ubuntu3 | 2.1.0-1 | universe/utils | 47 111 | | tree | displays an indented directory tree, in color
ubuntu-fan | 0.12.16+24.04.1 | - | universe/admin all | 34 168 | | | Ubuntu FAN network support enablement
vim | 2:9.1.0016-1ubuntu7.8 | 2:9.0.1378-2+deb12u2 | editors | 1881 4074 | vim-common, vim-runtime | vi=vi vim=vim view=view vimdiff=vimdiff | Vi IMproved - enhanced vi editor
vim-common | 2:9.1.0016-1ubuntu7.8 | 2:9.0.1378-2+deb12u2 | editors all | 386 700 | | | Vi IMproved - Common files
vim-runtime | 2:9.1.0016-1ubuntu7.8 | 2:9.0.1378-2+deb12u2 | editors all | 7281 36704 | | | Vi IMproved - Runtime files
vim-tiny | 2:9.1.0016-1ubuntu7.8 | 2:9.0.1378-2+deb12u2 | editors | 803 1710 | vim-common | vi=vi | Vi IMproved - enhanced vi editor - compact version
wget | 1.21.4-1ubuntu4.1 | 1.21.3-1+deb12u1 | web | 334 1000 | | wget | retrieves files from the web
`;
