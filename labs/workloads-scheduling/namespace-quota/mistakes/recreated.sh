kubectl create quota team-quota -n team-blue --hard=pods=5,requests.cpu=1,requests.memory=1Gi
kubectl get deployment api -n team-blue -o yaml > api.yaml
kubectl delete deployment api -n team-blue
kubectl create deployment api -n team-blue --image=nginx:1.25 --replicas=3 --dry-run=client -o yaml > new.yaml
sed -i 's/name: nginx/name: api/; s/resources: {}/resources: {requests: {cpu: 100m, memory: 64Mi}}/' new.yaml
kubectl apply -f new.yaml
kubectl rollout status deployment api -n team-blue
