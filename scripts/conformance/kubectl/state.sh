# The cluster that the reading lists are run against.
set -e
mkdir -p /root/.kube
cp /home/candidate/.kube/config /root/.kube/config
k() { kubectl "$@" >/dev/null; }

k create namespace shop
k create namespace empty
k label namespace shop team=a env=prod
k annotate namespace shop example.com/owner=team-a
k create deployment web --image=nginx:1.27 --replicas=3 --port=80
k expose deployment web --port=80 --target-port=80
k expose deployment web --port=8080 --target-port=80 --type=NodePort --name=web-np
k create service loadbalancer web-lb --tcp=80:80
k create service externalname ext --external-name=example.com
k create service clusterip headless --clusterip=None
k set resources deployment web --requests=cpu=10m,memory=16Mi --limits=memory=64Mi
k rollout status deployment web
k set image deployment web nginx=nginx:1.26
k annotate deployment web kubernetes.io/change-cause='older image'
k rollout status deployment web
k autoscale deployment web --min=2 --max=5 --cpu-percent=70
k create poddisruptionbudget web --selector=app=web --min-available=1
k create configmap settings --from-literal=color=blue --from-literal=text=$'two\nlines' -n default
k create secret generic keys --from-literal=user=admin --from-literal=pass=s3cr3t
k create secret docker-registry reg --docker-username=u --docker-password=p --docker-server=registry.example.com
k create serviceaccount builder
k create role reader --verb=get,list,watch --resource=pods,services --resource=deployments.apps
k create rolebinding reader --role=reader --serviceaccount=default:builder --user=jane --group=devs
k create clusterrole node-reader --verb=get --resource=nodes --resource-name=node01
k create clusterrole urls --verb=get --non-resource-url=/healthz
k create clusterrolebinding node-reader --clusterrole=node-reader --user=jane
k create quota compute --hard=cpu=2,memory=2Gi,pods=10,count/configmaps=4 -n shop
k create quota best --hard=pods=5 --scopes=BestEffort -n shop
k create priorityclass high --value=1000 --description='important things' 
k create ingress web --class=nginx --rule='shop.example.com/*=web:80,tls=web-tls' --rule='/api=web:8080' --annotation=a=b
k create job once --image=busybox:1.36 -- sh -c 'echo done; sleep 1'
k create job fails --image=busybox:1.36 -- sh -c 'exit 3'
k create cronjob tick --image=busybox:1.36 --schedule='*/30 * * * *' -- date
k create cronjob paused --image=busybox:1.36 --schedule='0 3 * * *' -- date
k patch cronjob paused -p '{"spec":{"suspend":true,"timeZone":"Etc/UTC"}}'
k run plain --image=busybox:1.36 --labels=app=plain,tier=x --env=A=b -- sh -c 'echo hello; echo oops >&2; sleep 100000'
k run crash --image=busybox:1.36 -- sh -c 'echo about to fail; exit 7'
k run badimage --image=nosuch.example.com/image:v1
k run finished --image=busybox:1.36 --restart=Never -- sh -c 'echo bye'
k run failed --image=busybox:1.36 --restart=Never -- sh -c 'echo no; exit 2'
k taint node node02 dedicated=db:NoSchedule
k label node node01 disk=ssd zone=a
k annotate node node01 example.com/rack=r1
k cordon node02
kubectl apply -f - >/dev/null <<'END'
apiVersion: v1
kind: Pod
metadata:
  name: rich
  namespace: default
  labels: {app: rich, tier: backend}
  annotations:
    example.com/short: value
    example.com/long: "a text that is long enough to be folded by nobody but needs more than one line of a terminal to be shown"
    example.com/lines: "first\nsecond\n"
spec:
  serviceAccountName: builder
  priorityClassName: high
  nodeSelector: {kubernetes.io/os: linux}
  terminationGracePeriodSeconds: 5
  hostname: rich
  subdomain: headless
  hostAliases: [{ip: 10.1.2.3, hostnames: [a.example, b.example]}]
  dnsPolicy: None
  dnsConfig: {nameservers: [10.96.0.10], searches: [default.svc.cluster.local], options: [{name: ndots, value: "2"}]}
  securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, seccompProfile: {type: RuntimeDefault}}
  tolerations:
  - {key: dedicated, operator: Equal, value: db, effect: NoSchedule}
  - {key: slow, operator: Exists, effect: NoExecute, tolerationSeconds: 60}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node01]}]}]
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: rich}}}
  readinessGates: [{conditionType: example.com/ready}]
  imagePullSecrets: [{name: reg}]
  initContainers:
  - name: setup
    image: busybox:1.36
    command: [sh, -c, "echo setup > /work/x"]
    volumeMounts: [{name: work, mountPath: /work}]
  - name: side
    image: busybox:1.36
    restartPolicy: Always
    command: [sh, -c, "while true; do sleep 3600; done"]
  containers:
  - name: main
    image: busybox:1.36
    command: [sh, -c, "echo main; sleep 100000"]
    args: [one, "two words"]
    ports: [{containerPort: 8080, name: http}, {containerPort: 53, protocol: UDP, hostPort: 5353}]
    env:
    - {name: PLAIN, value: text}
    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color, optional: true}}}
    - {name: PASS, valueFrom: {secretKeyRef: {name: keys, key: pass}}}
    envFrom: [{configMapRef: {name: settings}, prefix: S_}, {secretRef: {name: keys, optional: true}}]
    resources: {requests: {cpu: 50m, memory: 32Mi, ephemeral-storage: 10Mi}, limits: {cpu: 100m, memory: 64Mi}}
    livenessProbe: {exec: {command: ["true"]}, initialDelaySeconds: 3, periodSeconds: 20}
    readinessProbe: {tcpSocket: {port: 8080}, timeoutSeconds: 2, failureThreshold: 5}
    startupProbe: {exec: {command: ["true"]}}
    lifecycle: {preStop: {exec: {command: [sleep, "1"]}}}
    securityContext: {capabilities: {add: [NET_ADMIN], drop: [ALL]}, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false}
    volumeMounts:
    - {name: work, mountPath: /work}
    - {name: conf, mountPath: /etc/conf, readOnly: true}
    - {name: conf, mountPath: /etc/one, subPath: color}
    - {name: mixed, mountPath: /mixed}
  - name: second
    image: busybox:1.36
    command: [sh, -c, "echo second; sleep 100000"]
    livenessProbe: {httpGet: {path: /healthz, port: 8080, scheme: HTTPS, httpHeaders: [{name: X, value: z}]}, initialDelaySeconds: 100000}
  volumes:
  - {name: work, emptyDir: {medium: Memory, sizeLimit: 10Mi}}
  - {name: conf, configMap: {name: settings, optional: true, items: [{key: color, path: color}]}}
  - {name: sec, secret: {secretName: keys, defaultMode: 0400}}
  - {name: host, hostPath: {path: /var/log, type: Directory}}
  - {name: down, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: cpu, resourceFieldRef: {containerName: main, resource: limits.cpu}}]}}
  - name: mixed
    projected:
      sources:
      - {configMap: {name: settings}}
      - {secret: {name: keys}}
      - {serviceAccountToken: {path: token, expirationSeconds: 3600}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: default}
spec:
  serviceName: headless
  replicas: 2
  selector: {matchLabels: {app: db}}
  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "busybox:1.36", command: [sleep, "100000"], volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: manual, resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: default}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "busybox:1.36", command: [sleep, "100000"]}]}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old, namespace: default}
spec:
  replicas: 1
  selector: {app: old}
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: old, image: "busybox:1.36", command: [sleep, "100000"]}]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-a}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: manual, hostPath: {path: /mnt/a}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-b}
spec:
  capacity: {storage: 2Gi}
  accessModes: [ReadWriteMany, ReadOnlyMany]
  persistentVolumeReclaimPolicy: Delete
  nfs: {server: 10.0.0.1, path: /export}
  mountOptions: [hard]
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: waiting, namespace: shop}
spec: {accessModes: [ReadWriteOnce], storageClassName: nosuch, resources: {requests: {storage: 3Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: example.com/fast
parameters: {type: ssd, iops: "100"}
allowVolumeExpansion: true
mountOptions: [discard]
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: default}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {a: b}}}, {namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [a, b]}]}}]
    ports: [{port: 80}, {protocol: UDP, port: 53, endPort: 60}]
  egress:
  - to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec:
  limits:
  - {type: Container, default: {cpu: 200m, memory: 256Mi}, defaultRequest: {cpu: 100m}, max: {cpu: "1"}, min: {cpu: 50m}, maxLimitRequestRatio: {cpu: "4"}}
  - {type: PersistentVolumeClaim, max: {storage: 5Gi}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db, namespace: default}
spec: {maxUnavailable: 34%, selector: {matchLabels: {app: db}}, unhealthyPodEvictionPolicy: AlwaysAllow}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: many, namespace: default}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}
  minReplicas: 2
  maxReplicas: 4
  behavior: {scaleDown: {stabilizationWindowSeconds: 60, policies: [{type: Percent, value: 10, periodSeconds: 60}]}}
  metrics:
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 100Mi}}}
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}
  - {type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: "10"}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: indexed, namespace: default}
spec:
  completions: 3
  parallelism: 2
  completionMode: Indexed
  backoffLimit: 2
  activeDeadlineSeconds: 600
  ttlSecondsAfterFinished: 100000000
  podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: main, operator: In, values: [42]}}]}
  template:
    spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "echo $JOB_COMPLETION_INDEX"]}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: suspended, namespace: default}
spec:
  suspend: true
  template:
    spec: {restartPolicy: OnFailure, containers: [{name: main, image: "busybox:1.36"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: aggregated}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {x: "y"}}]}
rules: []
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  names: {kind: Gadget, plural: gadgets, singular: gadget, shortNames: [gd], categories: [all]}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size, description: how big}
    - {name: Owner, type: string, jsonPath: .spec.owner, priority: 1}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        type: object
        description: A gadget of the shop.
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, description: How big it is.}
              owner: {type: string, maxLength: 8}
              replicas: {type: integer}
              tags: {type: array, items: {type: string}}
              parts: {type: object, additionalProperties: {type: integer}}
              shape: {type: string, enum: [round, square], default: round}
              rest: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status: {type: object, properties: {replicas: {type: integer}, ready: {type: boolean}}}
END
kubectl wait --for=condition=established crd/gadgets.example.com >/dev/null
kubectl apply -f - >/dev/null <<'END'
apiVersion: example.com/v1
kind: Gadget
metadata: {name: lamp, namespace: default, labels: {a: b}}
spec: {size: 3, owner: jane, tags: [x1, y1], parts: {arm: 2}, rest: {deep: {er: [1, 2.5, true, null]}}}
---
apiVersion: example.com/v1
kind: Gadget
metadata: {name: chair, namespace: shop}
spec: {size: 10}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: mike}
spec:
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1JR0FBZ0VBTUI0eERUQUxCZ05WQkFvTUJHUmxkbk14RFRBTEJnTlZCQU1NQkcxcGEyVXdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVR2Y3FMQXZYVERLK3pXTTR1dGNwUUJqKzR1cVM0WGhmNFc5amFMCnFCTEIxNG1KRmlKUXAxcFVHZEUrKzY1eXZtZ1QwdmJkd0pQc2xHalE5dW5QeFhic29BQXdDZ1lJS29aSXpqMEUKQXdJRFJ3QXdSQUlnQnJVbTRybWoyYWVOZjJTZXhIaVdtMzJQbEw4TlRSc2JCaDlycHdiOE1QTUNJQkxEZGcrLwpJb1J1Qzh1YnpJZnFJYjFxZzgvWHZJdHFaNDZaekFEUE5wbDYKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
END
