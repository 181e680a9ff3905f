// The real helm against `examlet cluster`: the life of a chart with hooks, a CRD, a test and `lookup`.
// usage: node scripts/conformance/helm.mjs
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientFolder, startCluster } from './cluster.mjs';
import { Session } from './steps.mjs';

const home = mkdtempSync(join(tmpdir(), 'examlet-helm-'));
const kubeconfig = join(home, 'kubeconfig');
const cluster = await startCluster('three-nodes', kubeconfig);
const path = [clientFolder('helm'), clientFolder('kubectl'), process.env.PATH].join(':');
const session = new Session({
  cwd: home,
  env: { ...process.env, HOME: home, KUBECONFIG: kubeconfig, PATH: path },
});

/** What `helm create` does not make: a CRD and an object of it, hooks, and an object that looks another one up. */
const EXTRAS = {
  'crds/widget.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
`,
  'templates/widget.yaml': `apiVersion: example.com/v1
kind: Widget
metadata: {name: {{ .Release.Name }}}
spec: {size: {{ .Values.size | default 1 }}}
`,
  'templates/hook.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-before
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: busybox, command: [sh, -c, 'exit {{ .Values.hookExit | default 0 }}']}]
  backoffLimit: 0
`,
  'templates/lookup.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-found}
data:
  namespace: {{ dig "metadata" "name" "nothing" (lookup "v1" "Namespace" "" "default") | quote }}
  nodes: {{ dig "items" list (lookup "v1" "Node" "" "") | len | quote }}
`,
};

try {
  session.run('helm version --short', [/^v[34]\./]);
  session.run('helm create app', [/Creating app/]);
  for (const [file, text] of Object.entries(EXTRAS)) {
    mkdirSync(join(home, 'app', file, '..'), { recursive: true });
    writeFileSync(join(home, 'app', file), text);
  }
  appendFileSync(join(home, 'app', 'values.yaml'), 'hookExit: 0\nsize: 1\n');
  session.run('helm lint app --set image.tag=1.25', [/1 chart\(s\) linted, 0 chart\(s\) failed/]);
  session.run('helm template r app --include-crds', [/kind: CustomResourceDefinition/, /kind: Widget/]);
  session.run('helm install r app --set image.tag=1.25 --wait --timeout 60s', [
    /STATUS: deployed/,
    /REVISION: 1/,
  ]);
  session.run('kubectl get widget r -o jsonpath={.spec.size}', [/^1$/]);
  session.run('kubectl get cm r-found -o jsonpath={.data}', [/"namespace":"default"/, /"nodes":"3"/]);
  session.run('kubectl get job r-before', [/NotFound/], { exit: 1 });
  session.run('kubectl get deploy r-app -o jsonpath={.status.readyReplicas}', [/^1$/]);
  session.run('kubectl get secret -l owner=helm -o name', [/sh\.helm\.release\.v1\.r\.v1/]);
  session.run('helm upgrade r app --dry-run=server --set image.tag=1.25', [
    /STATUS: pending-upgrade/,
    /nodes: "3"/,
  ]);
  session.run('helm list', [/^r\s+default\s+1\s.*deployed\s+app-0\.1\.0/m]);
  session.run('helm status r', [/Deployment/, /STATUS: deployed/]);
  session.run('helm test r', [/Phase:\s+Succeeded/]);
  session.run('helm upgrade r app --reuse-values --set replicaCount=2,size=5 --wait --timeout 60s', [
    /REVISION: 2/,
  ]);
  session.run('kubectl get deploy r-app -o jsonpath={.status.readyReplicas}', [/^2$/]);
  session.run('kubectl get widget r -o jsonpath={.spec.size}', [/^5$/]);
  session.run('helm get values r', [/replicaCount: 2/]);
  session.run('helm get manifest r', [/kind: Service/]);
  session.run('helm get hooks r', [/helm\.sh\/hook: pre-install,pre-upgrade/]);
  session.run(
    'helm upgrade r app --reuse-values --set hookExit=1 --timeout 30s',
    [/pre-upgrade hooks failed/],
    { exit: 1 },
  );
  session.run('helm history r', [/superseded/, /deployed/, /failed/]);
  session.run('helm rollback r 1 --wait --timeout 60s', [/Rollback was a success/]);
  session.run('kubectl get deploy r-app -o jsonpath={.spec.replicas}', [/^1$/]);
  session.run('helm history r -o json', [/"revision":4,.*"status":"deployed","chart":"app-0.1.0"/]);
  session.run(
    'helm upgrade --install r app --reuse-values --atomic --set image.tag=v999 --timeout 10s',
    [/rolled back/],
    {
      exit: 1,
    },
  );
  session.run('helm install r app', [/cannot re-?use a name that is still in use/], { exit: 1 });
  session.run('helm install other app -n team --create-namespace --set fullnameOverride=o', [
    /NAMESPACE: team/,
  ]);
  session.run('helm list -A -q', [/^other$/m, /^r$/m]);
  session.run('helm uninstall r --keep-history', [/release "r" uninstalled/]);
  session.run('helm list --uninstalled -q', [/^r$/m]);
  session.run('helm uninstall r', [/release "r" uninstalled/]);
  session.run('helm uninstall other -n team', [/uninstalled/]);
  session.run('helm uninstall r', [/release: not found/], { exit: 1 });
  session.run('kubectl get deploy,svc,cm,sa -l app.kubernetes.io/managed-by=Helm', [/No resources found/]);
  session.run('kubectl get crd widgets.example.com -o name', [/widgets/]);
} finally {
  cluster.removeAllListeners('exit');
  cluster.kill('SIGINT');
  rmSync(home, { recursive: true, force: true });
}
session.finish('helm');
