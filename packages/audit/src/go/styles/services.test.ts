import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'gRPC, unary and streams',
    `package svc

import (
	"context"

	pb "example.com/gen/pb"
	"google.golang.org/grpc"
)

type Server struct {
	pb.UnimplementedOrdersServer
	stock pb.StockClient
	conn  *grpc.ClientConn
}

func (s *Server) Place(ctx context.Context, in *pb.Order) (*pb.Reply, error) {
	r, err := s.stock.Reserve(context.Background(), &pb.Item{Id: in.Item}) // want context-not-passed
	if err != nil {
		return nil, err
	}
	return &pb.Reply{Ok: r.Ok}, nil
}

func (s *Server) Watch(in *pb.Query, stream pb.Orders_WatchServer) error {
	ctx := stream.Context()
	r, err := s.stock.Reserve(ctx, &pb.Item{})
	if err != nil {
		return err
	}
	return stream.Send(&pb.Reply{Ok: r.Ok})
}
`,
  ],
  [
    'gRPC with generic streams',
    `package svc

import (
	"context"

	pb "example.com/gen/pb"
	"google.golang.org/grpc"
)

type Server struct {
	stock pb.StockClient
}

func (s *Server) Watch(in *pb.Query, stream grpc.ServerStreamingServer[pb.Reply]) error {
	r, err := s.stock.Reserve(context.Background(), &pb.Item{}) // want context-not-passed
	if err != nil {
		return err
	}
	return stream.Send(&pb.Reply{Ok: r.Ok})
}

func (s *Server) Push(stream grpc.ServerStream) error {
	r, err := s.stock.Reserve(context.TODO(), &pb.Item{}) // want context-not-passed
	if err != nil {
		return err
	}
	return stream.SendMsg(r)
}
`,
  ],
  [
    'AWS SDK',
    `package svc

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type H struct{ s3 *s3.Client }

func (h *H) download(w http.ResponseWriter, r *http.Request) {
	out, err := h.s3.GetObject(context.TODO(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")}) // want context-not-passed
	if err != nil {
		http.Error(w, "no", 502)
		return
	}
	defer out.Body.Close()
}

func (h *H) download2(w http.ResponseWriter, r *http.Request) {
	out, err := h.s3.GetObject(r.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")})
	if err != nil {
		http.Error(w, "no", 502)
		return
	}
	defer out.Body.Close()
}
`,
  ],
  [
    'client-go in a reconciler',
    `package svc

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	ctrl "sigs.k8s.io/controller-runtime"
)

type Reconciler struct{ cs kubernetes.Interface }

func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	_, err := r.cs.CoreV1().Pods(req.Namespace).List(context.TODO(), metav1.ListOptions{}) // want context-not-passed
	if err != nil {
		return ctrl.Result{}, err
	}
	_, err = r.cs.CoreV1().Pods(req.Namespace).Get(ctx, req.Name, metav1.GetOptions{})
	return ctrl.Result{}, err
}
`,
  ],
]);
