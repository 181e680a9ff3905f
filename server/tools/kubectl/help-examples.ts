/** One example: what it does, and the command lines. */
type Example = readonly [says: string, ...lines: string[]];

/** Examples in the help of the commands. */
export const HELP_EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  create: [
    ['A pod as a file describes it', 'kubectl create -f pod.json'],
    ['A pod from JSON on standard input', 'cat pod.json | kubectl create -f -'],
    ['Change a manifest in an editor before it is created', 'kubectl create -f registry.yaml --edit -o json'],
  ],
  'create clusterrole': [
    ['May read pods', 'kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods'],
    [
      'May read two pods by name',
      'kubectl create clusterrole pod-reader --verb=get --resource=pods --resource-name=a --resource-name=b',
    ],
    [
      'A resource of an API group',
      'kubectl create clusterrole scaler --verb=get,update --resource=deployments.apps',
    ],
    ['A subresource', 'kubectl create clusterrole log-reader --verb=get --resource=pods,pods/log'],
    [
      'Paths that are no resources',
      'kubectl create clusterrole checks --verb=get --non-resource-url=/healthz/*',
    ],
    [
      'The sum of all cluster roles with a label',
      'kubectl create clusterrole monitoring --aggregation-rule="example.com/monitoring=true"',
    ],
  ],
  'create clusterrolebinding': [
    [
      'Bind a cluster role to users and a group',
      'kubectl create clusterrolebinding admins --clusterrole=cluster-admin --user=ann --user=bob --group=ops',
    ],
  ],
  'create configmap': [
    ['A key for every file of a directory', 'kubectl create configmap settings --from-file=conf/'],
    [
      'Keys of your choice for two files',
      'kubectl create configmap settings --from-file=first=a.txt --from-file=second=b.txt',
    ],
    [
      'Keys and values on the command line',
      'kubectl create configmap settings --from-literal=color=blue --from-literal=size=3',
    ],
    [
      'Each line of a file is a key and its value',
      'kubectl create configmap settings --from-env-file=app.env',
    ],
  ],
  'create cronjob': [
    ['Every minute', 'kubectl create cronjob tick --image=busybox --schedule="*/1 * * * *"'],
    ['With a command', 'kubectl create cronjob tick --image=busybox --schedule="*/1 * * * *" -- date'],
  ],
  'create deployment': [
    ['Runs one image', 'kubectl create deployment web --image=nginx'],
    ['With a command', 'kubectl create deployment web --image=busybox -- date'],
    ['Three replicas', 'kubectl create deployment web --image=nginx --replicas=3'],
    ['With a container port', 'kubectl create deployment web --image=nginx --port=80'],
    ['Several containers', 'kubectl create deployment web --image=nginx --image=redis'],
  ],
  'create ingress': [
    [
      'One host and path to one service, with TLS',
      'kubectl create ingress shop --rule="shop.example.com/cart=cart:8080,tls=shop-cert"',
    ],
    [
      'Every path of every host, with an ingress class',
      'kubectl create ingress all --class=nginx --rule="/path=web:80"',
    ],
    [
      'An annotation',
      'kubectl create ingress shop --class=nginx --rule="shop.example.com/*=web:80" --annotation nginx.ingress.kubernetes.io/rewrite-target=/',
    ],
    [
      'Several rules',
      'kubectl create ingress shop --rule="a.example.com/=one:80" --rule="b.example.com/x*=two:http"',
    ],
    [
      'What no rule takes',
      'kubectl create ingress shop --class=nginx --default-backend=fallback:80 --rule="a.example.com/*=one:80"',
    ],
  ],
  'create job': [
    ['Runs one image', 'kubectl create job once --image=busybox'],
    ['With a command', 'kubectl create job once --image=busybox -- date'],
    ['Run a cron job now', 'kubectl create job once --from=cronjob/tick'],
  ],
  'create namespace': [['A namespace', 'kubectl create namespace team-a']],
  'create poddisruptionbudget': [
    [
      'At least one of the pods stays',
      'kubectl create poddisruptionbudget web --selector=app=web --min-available=1',
    ],
    ['At least half of them stay', 'kubectl create pdb web --selector=app=web --min-available=50%'],
  ],
  'create priorityclass': [
    [
      'A class of some importance',
      'kubectl create priorityclass high --value=1000 --description="important"',
    ],
    [
      'The class of pods that name none',
      'kubectl create priorityclass normal --value=100 --global-default=true --description="usual"',
    ],
    [
      'Pods that wait their turn and evict nobody',
      'kubectl create priorityclass patient --value=1000 --description="waits" --preemption-policy="Never"',
    ],
  ],
  'create quota': [
    ['Limits of a namespace', 'kubectl create quota team --hard=cpu=2,memory=4G,pods=10,services=5'],
    ['For pods of one class of service', 'kubectl create quota best --hard=pods=20 --scopes=BestEffort'],
  ],
  'create role': [
    ['May read pods', 'kubectl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods'],
    [
      'May read two pods by name',
      'kubectl create role pod-reader --verb=get --resource=pods --resource-name=a --resource-name=b',
    ],
    [
      'A resource of an API group',
      'kubectl create role scaler --verb=get,list,watch --resource=replicasets.apps',
    ],
    ['A subresource', 'kubectl create role log-reader --verb=get,list --resource=pods,pods/log'],
  ],
  'create rolebinding': [
    [
      'A cluster role for two users and a group, in this namespace',
      'kubectl create rolebinding admins --clusterrole=admin --user=ann --user=bob --group=ops',
    ],
    [
      'A role for a service account',
      'kubectl create rolebinding readers --role=pod-reader --serviceaccount=team-a:builder',
    ],
  ],
  'create secret docker-registry': [
    [
      'Credentials of a registry',
      'kubectl create secret docker-registry pull --docker-server=registry.example.com --docker-username=ann --docker-password=secret --docker-email=ann@example.com',
    ],
    [
      'From the file that docker login wrote',
      'kubectl create secret docker-registry pull --from-file=.dockerconfigjson=path/to/.docker/config.json',
    ],
  ],
  'create secret generic': [
    ['A key for every file of a directory', 'kubectl create secret generic keys --from-file=keys/'],
    [
      'Keys of your choice for two files',
      'kubectl create secret generic keys --from-file=private=id_rsa --from-file=public=id_rsa.pub',
    ],
    [
      'Keys and values on the command line',
      'kubectl create secret generic login --from-literal=user=ann --from-literal=password=secret',
    ],
    [
      'Each line of a file is a key and its value',
      'kubectl create secret generic login --from-env-file=login.env',
    ],
  ],
  'create secret tls': [
    ['A certificate and its key', 'kubectl create secret tls web-cert --cert=tls.crt --key=tls.key'],
  ],
  'create service clusterip': [
    ['A service inside the cluster', 'kubectl create service clusterip web --tcp=5678:8080'],
    ['Without an address of its own', 'kubectl create service clusterip web --clusterip="None"'],
  ],
  'create service externalname': [
    [
      'Another name for a host elsewhere',
      'kubectl create service externalname db --external-name db.example.com',
    ],
  ],
  'create service loadbalancer': [
    ['Reachable from outside', 'kubectl create service loadbalancer web --tcp=5678:8080'],
  ],
  'create service nodeport': [
    ['A port of every node', 'kubectl create service nodeport web --tcp=5678:8080'],
  ],
  'create serviceaccount': [['A service account', 'kubectl create serviceaccount builder']],
  'create token': [
    ['A token of a service account', 'kubectl create token builder'],
    ['In another namespace', 'kubectl create token builder --namespace team-a'],
    ['Valid for ten minutes', 'kubectl create token builder --duration 10m'],
    [
      'For other listeners than the API server',
      'kubectl create token builder --audience https://example.com',
    ],
    [
      'That ends with a secret',
      'kubectl create token builder --bound-object-kind Secret --bound-object-name keys',
    ],
  ],
  expose: [
    [
      'A service for a replication controller: port 80 leads to port 8000',
      'kubectl expose rc web --port=80 --target-port=8000',
    ],
    ['For what a file names', 'kubectl expose -f web.yaml --port=80 --target-port=8000'],
    ['For a pod, under a name of its own', 'kubectl expose pod web --port=444 --name=front'],
    ['From an existing service', 'kubectl expose service web --port=443 --target-port=8443 --name=web-https'],
    ['UDP', 'kubectl expose rc stream --port=4100 --protocol=UDP --name=video'],
    ['For a deployment', 'kubectl expose deployment web --port=80 --target-port=8000'],
  ],
  run: [
    ['A pod', 'kubectl run web --image=nginx'],
    ['With a port', 'kubectl run web --image=nginx --port=80'],
    ['With environment variables', 'kubectl run web --image=nginx --env="COLOR=blue" --env="SIZE=3"'],
    ['With labels', 'kubectl run web --image=nginx --labels="app=web,env=prod"'],
    ['Only show what would be created', 'kubectl run web --image=nginx --dry-run=client'],
    [
      'With a change that no flag makes',
      `kubectl run web --image=nginx --overrides='{"apiVersion": "v1", "spec": {"nodeName": "node01"}}'`,
    ],
    ['A shell that is not started again', 'kubectl run -i -t shell --image=busybox --restart=Never'],
    ['Arguments for the image', 'kubectl run web --image=nginx -- one two three'],
    ['Another command, with arguments', 'kubectl run web --image=nginx --command -- sh -c "sleep 60"'],
  ],
  'set env': [
    ['Set a variable', 'kubectl set env deployment/web COLOR=blue'],
    ['Show the variables', 'kubectl set env deployment/web --list'],
    ['Of all pods', 'kubectl set env pods --all --list'],
    [
      'Show the result and change nothing',
      'kubectl set env deployment/web COLOR=blue -o yaml --dry-run=client',
    ],
    [
      'In one container of all replication controllers',
      'kubectl set env rc --all --containers=app COLOR=blue',
    ],
    [
      'All keys of a secret, with a prefix',
      'kubectl set env --from=secret/login --prefix=DB_ deployment/web',
    ],
    [
      'Some keys of a config map',
      'kubectl set env --keys=color,size --from=configmap/settings deployment/web',
    ],
    ['Take a variable away', 'kubectl set env deployments --all --containers=app COLOR-'],
  ],
  'set image': [
    ['Images of two containers', 'kubectl set image deployment/web app=busybox web=nginx:1.27'],
    ['The same container everywhere', 'kubectl set image deployments,rc web=nginx:1.27 --all'],
    ['All containers of a daemon set', 'kubectl set image daemonset agent *=nginx:1.27'],
    ['Only print the changed file', 'kubectl set image -f web.yaml web=nginx:1.27 --local -o yaml'],
  ],
  'set resources': [
    ['Limits of one container', 'kubectl set resources deployment web -c=app --limits=cpu=200m,memory=512Mi'],
    [
      'Requests and limits of all containers',
      'kubectl set resources deployment web --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi',
    ],
    [
      'No requests any more',
      'kubectl set resources deployment web --limits=cpu=0,memory=0 --requests=cpu=0,memory=0',
    ],
    ['Only print the changed file', 'kubectl set resources -f web.yaml --limits=cpu=200m --local -o yaml'],
  ],
  'set selector': [
    [
      'The labels of the pods behind a service',
      'kubectl create service clusterip web --clusterip="None" -o yaml --dry-run=client | kubectl set selector --local -f - "env=qa" -o yaml | kubectl create -f -',
    ],
  ],
  'set serviceaccount': [
    ['The account of a deployment', 'kubectl set serviceaccount deployment web builder'],
    ['Only print the changed file', 'kubectl set sa -f web.yaml builder --local --dry-run=client -o yaml'],
  ],
  'set subject': [
    [
      'Add a service account',
      'kubectl set subject clusterrolebinding admins --serviceaccount=team-a:builder',
    ],
    ['Add users and a group', 'kubectl set subject rolebinding readers --user=ann --user=bob --group=ops'],
  ],
  explain: [
    ['A resource and its fields', 'kubectl explain pods'],
    ['All fields at once', 'kubectl explain pods --recursive'],
    ['In a version of the API', 'kubectl explain deployments --api-version=apps/v1'],
    ['One field', 'kubectl explain pods.spec.containers'],
    ['From the older documents', 'kubectl explain deployment --output=plaintext-openapiv2'],
  ],
  get: [
    ['Pods', 'kubectl get pods'],
    ['With more columns', 'kubectl get pods -o wide'],
    ['One object by name', 'kubectl get deployment web'],
    ['In a version of the API, as JSON', 'kubectl get deployments.v1.apps -o json'],
    ['One pod as JSON', 'kubectl get -o json pod web-1'],
    ['What a file names', 'kubectl get -f pod.yaml -o json'],
    ['What a kustomization names', 'kubectl get -k dir/'],
    ['One field', 'kubectl get -o template pod/web-1 --template={{.status.phase}}'],
    [
      'Columns of your choice',
      'kubectl get pod web -o custom-columns=CONTAINER:.spec.containers[0].name,IMAGE:.spec.containers[0].image',
    ],
    ['Two kinds together', 'kubectl get rc,services'],
    ['Several objects by name', 'kubectl get rc/web service/front pods/web-1'],
    ['A subresource', 'kubectl get deployment web --subresource=scale'],
    ['All objects of a namespace', 'kubectl get all --namespace backend'],
    ['Pods of all namespaces', 'kubectl get pods --all-namespaces'],
  ],
  edit: [
    ['A service', 'kubectl edit svc/registry'],
    ['In an editor of your choice', 'KUBE_EDITOR="nano" kubectl edit svc/registry'],
    ['As JSON, in a version of the API', 'kubectl edit job.v1.batch/once -o json'],
    ['And keep the configuration for kubectl apply', 'kubectl edit deployment/web -o yaml --save-config'],
    ['A subresource', "kubectl edit deployment web --subresource='status'"],
  ],
  delete: [
    ['What a file names', 'kubectl delete -f pod.json'],
    ['What a kustomization names', 'kubectl delete -k dir'],
    ['What standard input names', 'cat pod.json | kubectl delete -f -'],
    ['Two kinds, by the same names', 'kubectl delete pod,service web front'],
    ['By label', 'kubectl delete pods,services -l app=web'],
    ['At once', 'kubectl delete pod web --now'],
    ['Without waiting for a node that is gone', 'kubectl delete pod web --force'],
    ['All pods', 'kubectl delete pods --all'],
    ['Ask first', 'kubectl delete -i pods web'],
  ],
  rollout: [
    ['Rollback to the previous deployment', 'kubectl rollout undo deployment/abc'],
    ['Check the rollout status of a daemonset', 'kubectl rollout status daemonset/foo'],
    ['Restart a deployment', 'kubectl rollout restart deployment/abc'],
    [
      "Restart deployments with the 'app=nginx' label",
      'kubectl rollout restart deployment --selector=app=nginx',
    ],
  ],
  'rollout history': [
    ['All revisions', 'kubectl rollout history deployment/web'],
    ['One of them', 'kubectl rollout history daemonset/agent --revision=3'],
  ],
  'rollout pause': [['Changes have no effect until it is resumed', 'kubectl rollout pause deployment/web']],
  'rollout restart': [
    ['All deployments of a namespace', 'kubectl rollout restart deployment -n team-a'],
    ['One deployment', 'kubectl rollout restart deployment/web'],
    ['A daemon set', 'kubectl rollout restart daemonset/agent'],
    ['By label', 'kubectl rollout restart deployment --selector=app=web'],
  ],
  'rollout resume': [['Go on with a paused deployment', 'kubectl rollout resume deployment/web']],
  'rollout status': [['Wait until it is done', 'kubectl rollout status deployment/web']],
  'rollout undo': [
    ['To the revision before', 'kubectl rollout undo deployment/web'],
    ['To a revision', 'kubectl rollout undo daemonset/agent --to-revision=3'],
    ['Only show what would be done', 'kubectl rollout undo --dry-run=server deployment/web'],
  ],
  scale: [
    ['A replica set', 'kubectl scale --replicas=3 rs/web'],
    ['What a file names', 'kubectl scale --replicas=3 -f web.yaml'],
    ['Only if there are two now', 'kubectl scale --current-replicas=2 --replicas=3 deployment/web'],
    ['Several at once', 'kubectl scale --replicas=5 rc/one rc/two'],
    ['A stateful set', 'kubectl scale --replicas=3 statefulset/db'],
  ],
  autoscale: [
    ['Between two and ten, by the default policy', 'kubectl autoscale deployment web --min=2 --max=10'],
    ['Aim at a CPU utilization', 'kubectl autoscale rc web --max=5 --cpu-percent=80'],
  ],
  'certificate approve': [['Approve a request', 'kubectl certificate approve csr-ann']],
  'certificate deny': [['Deny a request', 'kubectl certificate deny csr-ann']],
  'cluster-info': [['Addresses of the control plane and its services', 'kubectl cluster-info']],
  'cluster-info dump': [
    ['To standard output', 'kubectl cluster-info dump'],
    ['To a directory', 'kubectl cluster-info dump --output-directory=/tmp/state'],
    ['Of all namespaces', 'kubectl cluster-info dump --all-namespaces'],
    ['Of some namespaces', 'kubectl cluster-info dump --namespaces default,kube-system'],
  ],
  'top node': [
    ['All nodes', 'kubectl top node'],
    ['One node', 'kubectl top node node01'],
  ],
  'top pod': [
    ['All pods of the namespace', 'kubectl top pod'],
    ['Of a namespace', 'kubectl top pod --namespace=team-a'],
    ['By container', 'kubectl top pod web --containers'],
    ['By label', 'kubectl top pod -l app=web'],
  ],
  cordon: [['No new pods on a node', 'kubectl cordon node01']],
  uncordon: [['Pods may come again', 'kubectl uncordon node01']],
  drain: [
    ['Even if there are pods that nobody makes again', 'kubectl drain node01 --force'],
    ['With a quarter of an hour to end', 'kubectl drain node01 --grace-period=900'],
  ],
  taint: [
    ['Add a taint, or change its value', 'kubectl taint nodes node01 dedicated=db:NoSchedule'],
    ['Remove one effect of a key', 'kubectl taint nodes node01 dedicated:NoSchedule-'],
    ['Remove a key', 'kubectl taint nodes node01 dedicated-'],
    ['All nodes with a label', 'kubectl taint node -l disk=ssd dedicated=db:PreferNoSchedule'],
    ['Without a value', 'kubectl taint nodes node01 dedicated:NoSchedule'],
  ],
  describe: [
    ['A node', 'kubectl describe nodes node01'],
    ['A pod', 'kubectl describe pods/web'],
    ['What a file names', 'kubectl describe -f pod.json'],
    ['All pods', 'kubectl describe pods'],
    ['By label', 'kubectl describe pods -l app=web'],
    ['All pods whose names begin so', 'kubectl describe pods web'],
  ],
  logs: [
    ['A pod with one container', 'kubectl logs web'],
    ['All pods of a deployment', 'kubectl logs deployment/web --all-pods=true'],
    ['All containers', 'kubectl logs web --all-containers=true'],
    ['All containers of all pods with a label', 'kubectl logs -l app=web --all-containers=true'],
    ['Of a container that ran before', 'kubectl logs -p -c app web-1'],
    ['As they come', 'kubectl logs -f -c app web-1'],
    ['The last twenty lines', 'kubectl logs --tail=20 web'],
    ['Of the last hour', 'kubectl logs --since=1h web'],
    ['The first container of a job', 'kubectl logs job/once'],
    ['A container of a deployment', 'kubectl logs deployment/web -c app'],
  ],
  attach: [
    ['What a pod writes', 'kubectl attach web'],
    ['One of its containers', 'kubectl attach web -c app'],
    ['With a terminal', 'kubectl attach web -c app -i -t'],
    ['The first pod of a replica set', 'kubectl attach rs/web'],
  ],
  exec: [
    ['A command in a pod', 'kubectl exec web -- date'],
    ['In one of its containers', 'kubectl exec web -c app -- date'],
    ['A shell with a terminal', 'kubectl exec web -c app -i -t -- bash -il'],
    ['In the first pod of a deployment', 'kubectl exec deploy/web -- date'],
    ['In the first pod of a service', 'kubectl exec svc/front -- date'],
  ],
  'port-forward': [
    ['Two ports of a pod', 'kubectl port-forward pod/web 5000 6000'],
    ['A port of a pod of a deployment', 'kubectl port-forward deployment/web 5000 6000'],
    ['A named port of a service', 'kubectl port-forward service/front 8443:https'],
    ['Another port here', 'kubectl port-forward pod/web 8888:5000'],
    ['Reachable from elsewhere', 'kubectl port-forward --address 0.0.0.0 pod/web 8888:5000'],
    ['Any free port here', 'kubectl port-forward pod/web :5000'],
  ],
  proxy: [
    ['On port 8011', 'kubectl proxy --port=8011'],
    ['On any free port', 'kubectl proxy --port=0'],
    ['Below a path', 'kubectl proxy --api-prefix=/k8s-api'],
  ],
  cp: [
    ['A directory into a pod', 'kubectl cp /tmp/here web:/tmp/there'],
    ['Into one of its containers', 'kubectl cp /tmp/here web:/tmp/there -c app'],
    ['Into another namespace', 'kubectl cp /tmp/here team-a/web:/tmp/there'],
    ['From a pod', 'kubectl cp team-a/web:/tmp/there /tmp/here'],
  ],
  'auth can-i': [
    ['Create pods in any namespace', 'kubectl auth can-i create pods --all-namespaces'],
    ['List deployments here', 'kubectl auth can-i list deployments.apps'],
    [
      'As a service account',
      'kubectl auth can-i list pods --as=system:serviceaccount:team-a:builder -n team-a',
    ],
    ['Do anything', "kubectl auth can-i '*' '*'"],
    ['Read the logs of pods', 'kubectl auth can-i get pods --subresource=log'],
    ['A path that is no resource', 'kubectl auth can-i get /logs/'],
    ['All that is allowed in a namespace', 'kubectl auth can-i --list --namespace=team-a'],
  ],
  'auth reconcile': [['Add what is missing to roles and bindings', 'kubectl auth reconcile -f rbac.yaml']],
  'auth whoami': [
    ['Who the server takes you for', 'kubectl auth whoami'],
    ['As JSON', 'kubectl auth whoami -o json'],
  ],
  debug: [
    ['A container beside those of a pod', 'kubectl debug web -it --image=busybox'],
    ['That sees the processes of one of them', 'kubectl debug --image=busybox -c debugger web --target=app'],
    ['In a copy of the pod', 'kubectl debug web -it --image=busybox --copy-to=my-debugger'],
    ['In a copy with another command', 'kubectl debug web -it --copy-to=my-debugger --container=app -- sh'],
    ['In a copy with other images', 'kubectl debug web --copy-to=my-debugger --set-image=*=busybox'],
    ['On a node, with its disk at /host', 'kubectl debug node/node01 -it --image=busybox'],
  ],
  events: [
    ['Of the namespace', 'kubectl events'],
    ['Of all namespaces', 'kubectl events --all-namespaces'],
    ['Of one pod, as they come', 'kubectl events --for pod/web --watch'],
    ['As YAML', 'kubectl events -oyaml'],
    ['Of some types', 'kubectl events --types=Warning,Normal'],
  ],
  diff: [
    ['What applying a file would change', 'kubectl diff -f pod.json'],
    ['From standard input', 'cat web.yaml | kubectl diff -f -'],
  ],
  apply: [
    ['A file', 'kubectl apply -f pod.json'],
    ['A kustomization', 'kubectl apply -k dir/'],
    ['Standard input', 'cat pod.json | kubectl apply -f -'],
    ['All files with an ending', "kubectl apply -f '*.json'"],
    [
      'And delete what was applied once and is in the files no more',
      'kubectl apply --prune -f manifest.yaml -l app=web',
    ],
    [
      'Of config maps only',
      'kubectl apply --prune -f manifest.yaml --all --prune-allowlist=core/v1/ConfigMap',
    ],
  ],
  'apply edit-last-applied': [
    ['By name', 'kubectl apply edit-last-applied deployment/web'],
    ['By file, as JSON', 'kubectl apply edit-last-applied -f web.yaml -o json'],
  ],
  'apply set-last-applied': [
    ['To what a file says', 'kubectl apply set-last-applied -f web.yaml'],
    ['For all files of a directory', 'kubectl apply set-last-applied -f dir/'],
    ['Even where there is none yet', 'kubectl apply set-last-applied -f web.yaml --create-annotation=true'],
  ],
  'apply view-last-applied': [
    ['By name', 'kubectl apply view-last-applied deployment/web'],
    ['By file, as JSON', 'kubectl apply view-last-applied -f web.yaml -o json'],
  ],
  patch: [
    ['Mark a node as unschedulable', `kubectl patch node node01 -p '{"spec":{"unschedulable":true}}'`],
    ['What a file names', `kubectl patch -f node.json -p '{"spec":{"unschedulable":true}}'`],
    [
      'The image of a container; the name finds it in the list',
      `kubectl patch pod web -p '{"spec":{"containers":[{"name":"app","image":"nginx:1.27"}]}}'`,
    ],
    [
      'The same as JSON patch',
      `kubectl patch pod web --type='json' -p='[{"op": "replace", "path": "/spec/containers/0/image", "value":"nginx:1.27"}]'`,
    ],
    [
      'A subresource',
      `kubectl patch deployment web --subresource='scale' --type='merge' -p '{"spec":{"replicas":2}}'`,
    ],
  ],
  replace: [
    ['By a file', 'kubectl replace -f ./pod.json'],
    ['By standard input', 'cat pod.json | kubectl replace -f -'],
    [
      'Another image tag',
      `kubectl get pod web -o yaml | sed 's/\\(image: nginx\\):.*$/\\1:1.27/' | kubectl replace -f -`,
    ],
    ['Delete and create anew', 'kubectl replace --force -f ./pod.json'],
  ],
  wait: [
    ['Until a pod is ready', 'kubectl wait --for=condition=Ready pod/web'],
    ['Until a condition has another value', 'kubectl wait --for=condition=Ready=false pod/web'],
    ['Until a field has a value', `kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web`],
    ['Until a field is there', `kubectl wait --for=jsonpath='{.status.loadBalancer.ingress}' service/front`],
    ['Until it is created', 'kubectl wait --for=create secret/keys --timeout=30s'],
    ['Until it is gone', 'kubectl wait --for=delete pod/web --timeout=60s'],
  ],
  kustomize: [
    ['The current directory', 'kubectl kustomize'],
    ['Another one', 'kubectl kustomize overlays/production'],
  ],
  label: [
    ['Add a label', 'kubectl label pods web unhealthy=true'],
    ['Change it', 'kubectl label --overwrite pods web status=unhealthy'],
    ['All pods', 'kubectl label pods --all status=unhealthy'],
    ['What a file names', 'kubectl label -f pod.json status=unhealthy'],
    ['Only if nobody changed the pod', 'kubectl label pods web status=unhealthy --resource-version=1'],
    ['Remove a label', 'kubectl label pods web status-'],
  ],
  annotate: [
    ['Add an annotation', "kubectl annotate pods web description='the front end'"],
    ['What a file names', "kubectl annotate -f pod.json description='the front end'"],
    ['Change it', "kubectl annotate --overwrite pods web description='nginx'"],
    ['All pods', "kubectl annotate pods --all description='the front end'"],
    ['Only if nobody changed the pod', "kubectl annotate pods web description='nginx' --resource-version=1"],
    ['Remove an annotation', 'kubectl annotate pods web description-'],
  ],
  completion: [
    ['In this bash', 'source <(kubectl completion bash)'],
    [
      'In every bash',
      'kubectl completion bash > ~/.kube/completion.bash.inc',
      `printf "source '$HOME/.kube/completion.bash.inc'" >> $HOME/.bash_profile`,
    ],
    ['For a short name too', 'alias k=kubectl', 'complete -o default -F __start_kubectl k'],
  ],
  'api-resources': [
    ['All', 'kubectl api-resources'],
    ['With more columns', 'kubectl api-resources -o wide'],
    ['By name', 'kubectl api-resources --sort-by=name'],
    ['Those in namespaces', 'kubectl api-resources --namespaced=true'],
    ['Of one group', 'kubectl api-resources --api-group=rbac.authorization.k8s.io'],
  ],
  'api-versions': [['All', 'kubectl api-versions']],
  'config current-context': [['The name', 'kubectl config current-context']],
  'config delete-cluster': [['By name', 'kubectl config delete-cluster old']],
  'config delete-context': [['By name', 'kubectl config delete-context old']],
  'config delete-user': [['By name', 'kubectl config delete-user old']],
  'config get-clusters': [['All', 'kubectl config get-clusters']],
  'config get-contexts': [
    ['All', 'kubectl config get-contexts'],
    ['One', 'kubectl config get-contexts production'],
  ],
  'config get-users': [['All', 'kubectl config get-users']],
  'config rename-context': [['Another name', 'kubectl config rename-context old new']],
  'config set': [
    ['The server of a cluster', 'kubectl config set clusters.production.server https://1.2.3.4'],
    ['The namespace of a context', 'kubectl config set contexts.production.namespace team-a'],
  ],
  'config set-cluster': [
    ['Its server', 'kubectl config set-cluster production --server=https://1.2.3.4'],
    [
      'Its certificate authority, put into the file',
      'kubectl config set-cluster production --embed-certs --certificate-authority=ca.crt',
    ],
    ['Do not check its certificate', 'kubectl config set-cluster production --insecure-skip-tls-verify=true'],
  ],
  'config set-context': [
    ['Its user', 'kubectl config set-context production --user=cluster-admin'],
    ['The namespace of the current one', 'kubectl config set-context --current --namespace=team-a'],
  ],
  'config set-credentials': [
    ['A client key', 'kubectl config set-credentials ann --client-key=~/.kube/ann.key'],
    [
      'A certificate, put into the file',
      'kubectl config set-credentials ann --client-certificate=~/.kube/ann.crt --embed-certs=true',
    ],
    ['A token', 'kubectl config set-credentials ann --token=secret'],
    [
      'A program that gets credentials',
      'kubectl config set-credentials ann --exec-command=/path/to/program --exec-api-version=client.authentication.k8s.io/v1',
    ],
  ],
  'config unset': [
    ['The current context', 'kubectl config unset current-context'],
    ['The namespace of a context', 'kubectl config unset contexts.production.namespace'],
  ],
  'config use-context': [['Use the context for the minikube cluster', 'kubectl config use-context minikube']],
  'config view': [
    ['What is in force', 'kubectl config view'],
    ['With certificates and secrets', 'kubectl config view --raw'],
    ['A password', `kubectl config view -o jsonpath='{.users[?(@.name == "ann")].user.password}'`],
  ],
  plugin: [
    ['All plugins', 'kubectl plugin list'],
    ['Their names alone', 'kubectl plugin list --name-only'],
  ],
  'plugin list': [
    ['All plugins', 'kubectl plugin list'],
    ['Their names alone', 'kubectl plugin list --name-only'],
  ],
  version: [['Of kubectl and the server', 'kubectl version']],
};

export function examplesOf(path: string): string {
  return (HELP_EXAMPLES[path] ?? [])
    .map(([says, ...lines]) => [`# ${says}`, ...lines].join('\n'))
    .join('\n\n');
}
