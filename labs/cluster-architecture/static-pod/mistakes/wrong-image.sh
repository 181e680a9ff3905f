ssh node02 'sudo tee /etc/kubernetes/manifests/nginx.yaml >/dev/null' <<'YAML'
apiVersion: v1
kind: Pod
metadata:
  name: nginx-pod
spec:
  containers:
    - name: nginx-container
      image: nginx:1.16
      ports:
        - containerPort: 80
          protocol: TCP
YAML
