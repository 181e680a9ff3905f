kubectl create quota team-quota -n team-blue --hard=pods=5,requests.cpu=1,requests.memory=1Gi
kubectl set resources deployment api -n team-blue --requests=cpu=200m,memory=128Mi
kubectl scale deployment api -n team-blue --replicas=3
kubectl rollout status deployment api -n team-blue
