# A cluster in which nobody acts on objects any more.
set -e
mkdir -p /root/.kube
cp /home/candidate/.kube/config /root/.kube/config
kubectl apply -f - >/dev/null <<'END'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  names: {kind: Gadget, plural: gadgets, singular: gadget}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: When, type: date, jsonPath: .spec.when}
    - {name: Wide, type: string, jsonPath: '.spec.tags[*]', priority: 1}
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
END
kubectl wait --for=condition=established crd/gadgets.example.com >/dev/null
for node in node01 node02; do ssh $node systemctl stop kubelet; done
ssh controlplane 'cd /etc/kubernetes/manifests; mv kube-scheduler.yaml kube-controller-manager.yaml /root; sleep 60; systemctl stop kubelet'
