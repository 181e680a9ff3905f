/** Files that both worlds start with, in the working directory. */
export const FILES: Record<string, string> = {
  'fruit.txt': 'banana\napple\ncherry\napple\nbanana\napple\ndate\n',
  'numbers.txt': '10\n9\n2\n-3\n33\n1.5\n007\n0\n',
  'table.txt':
    'web   Running  10  node01\ndb    Pending  2   node02\ncache Running  33  node01\napi   Failed   7   node03\n',
  'passwd.txt':
    'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nana:x:1000:1000:Ana,,,:/home/ana:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/sh\n',
  'dep.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels:\n    app: web\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: web\n  template:\n    spec:\n      containers:\n      - name: nginx\n        image: nginx:1.25\n        ports:\n        - containerPort: 80\n',
  'log.txt':
    'I1102 10:00:01.123 server.go:12] starting\nW1102 10:00:02.456 watch.go:34] slow watch took 1200ms\nE1102 10:00:03.789 etcd.go:56] connection refused to 127.0.0.1:2379\nI1102 10:00:04.000 server.go:78] retry in 5s\nE1102 10:00:05.001 etcd.go:56] connection refused to 127.0.0.1:2379\n',
  'nonl.txt': 'one\ntwo\nthree',
  'empty.txt': '',
  'blank.txt': 'a\n\n\n\nb\n  \nc\n\n',
  'tabs.txt': 'a\tb\tc\n1\t2\t3\nx\t\tz\n',
  'utf8.txt': 'naïve café\nÄpfel\n한국어 text\nplain\n',
  'a.txt': 'alpha\nbeta\ngamma\ndelta\n',
  'b.txt': 'alpha\nbeta two\ngamma\nepsilon\nzeta\n',
  'left.txt': '1 one\n2 two\n3 three\n5 five\n',
  'right.txt': '1 eins\n3 drei\n4 vier\n5 fünf\n',
  'words.txt': 'The quick brown fox\njumps over the lazy dog.\nThe dog sleeps; the fox does not.\n',
  'dir/one.conf': 'port=80\nhost=web\n',
  'dir/two.conf': 'port=443\n# host=api\n',
  'dir/sub/three.conf': 'port=6443\nhost=kube\n',
  'dir/sub/readme.md': '# Title\ntext with host\n',
  'bin.dat': '\0\x01\x02hello\0world\n\xff\xfe'.replace('\xff\xfe', '\udcff\udcfe'),
  'sizes.txt': '1K\tsmall\n20M\tbig\n3G\thuge\n512\ttiny\n1.5K\tmid\n',
  'versions.txt': 'v1.10.0\nv1.9.1\nv1.2.10\nv1.2.9\nv1.33.0-rc.1\nv1.33.0\n',
  'csv.txt': 'name,qty,price\napple,3,1.20\nbanana,12,0.25\ncherry,150,0.10\n',
};

/** Lines that differ on purpose, and why. */
export const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ["grep '[' a.txt", 'grep 3.8 of this machine has another text than 3.11'],
  ["awk '$3 ~ /^[0-9]{2}$/' table.txt", 'the mawk of this machine has no repetition counts yet'],
  [`awk 'BEGIN {print length("한국어"), toupper("é")}'`, 'characters are counted as gawk does'],
  [`awk 'BEGIN {print substr("naïve", 3, 2)}'`, 'characters are counted as gawk does'],
  [
    'awk \'BEGIN {print substr("hello", 0), substr("hello", -1, 3), substr("hello", 4, 10)}\'',
    'POSIX and gawk cut at the front; this mawk does not',
  ],
  ["awk 'BEGIN {print 2 ** 3, 2 ^ 3 ^ 2}'", 'gawk has the operator'],
  [
    "awk 'BEGIN {print 0.1 + 0.2, 1e6, 1e20, 100000 * 100000, 3.0, 1/3}'",
    'this mawk prints integers above 2^31 as %.6g',
  ],
  ['cp -n a.txt b.txt; cat b.txt', 'Ubuntu 24.04 warns that -n is not portable'],
  ['sed', 'the help is in our own words'],
  ['sed -n --zz p a.txt', 'the help is in our own words'],
]);
