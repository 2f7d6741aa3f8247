/** Signatures of the standard library's network packages (Go 1.26), as far as a rule asks: facts of pkg.go.dev, in Go's own words. */
export const NET: Readonly<Record<string, string>> = {
  'net/http': `package http
import ("bufio"; "context"; "crypto/tls"; "io"; "net"; "net/url"; "time"; "log")
type Handler interface { ServeHTTP(ResponseWriter, *Request) }
type HandlerFunc func(ResponseWriter, *Request)
func (f HandlerFunc) ServeHTTP(w ResponseWriter, r *Request)
type Header map[string][]string
func (h Header) Get(key string) string
func (h Header) Set(key, value string)
func (h Header) Add(key, value string)
type Flusher interface { Flush() }
type ResponseWriter interface { Header() Header; Write([]byte) (int, error); WriteHeader(int) }
type RoundTripper interface { RoundTrip(*Request) (*Response, error) }
type CookieJar interface { Cookies(u *url.URL) []*Cookie }
type Cookie struct { Name, Value string }
type Request struct { Method string; URL *url.URL; Header Header; Body io.ReadCloser; ContentLength int64; Host string; Response *Response; TLS *tls.ConnectionState }
func (r *Request) Context() context.Context
func (r *Request) WithContext(ctx context.Context) *Request
func (r *Request) Clone(ctx context.Context) *Request
func (r *Request) FormValue(key string) string
func (r *Request) PathValue(key string) string
func (r *Request) Cookie(name string) (*Cookie, error)
type Response struct { Status string; StatusCode int; Header Header; Body io.ReadCloser; ContentLength int64; Request *Request; TLS *tls.ConnectionState }
func (r *Response) Cookies() []*Cookie
func (r *Response) Location() (*url.URL, error)
func (r *Response) Write(w io.Writer) error
type Client struct { Transport RoundTripper; CheckRedirect func(req *Request, via []*Request) error; Jar CookieJar; Timeout time.Duration }
func (c *Client) Do(req *Request) (*Response, error)
func (c *Client) Get(url string) (*Response, error)
func (c *Client) Head(url string) (*Response, error)
func (c *Client) Post(url, contentType string, body io.Reader) (*Response, error)
func (c *Client) PostForm(url string, data url.Values) (*Response, error)
func (c *Client) CloseIdleConnections()
type Transport struct {
  Proxy func(*Request) (*url.URL, error); DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
  TLSClientConfig *tls.Config; TLSHandshakeTimeout, IdleConnTimeout, ResponseHeaderTimeout, ExpectContinueTimeout time.Duration
  DisableKeepAlives bool; MaxIdleConns, MaxIdleConnsPerHost, MaxConnsPerHost int }
func (t *Transport) RoundTrip(req *Request) (*Response, error)
func (t *Transport) Clone() *Transport
func (t *Transport) CloseIdleConnections()
type Server struct { Addr string; Handler Handler; TLSConfig *tls.Config
  ReadTimeout, ReadHeaderTimeout, WriteTimeout, IdleTimeout time.Duration; MaxHeaderBytes int; ErrorLog *log.Logger }
func (s *Server) ListenAndServe() error
func (s *Server) ListenAndServeTLS(certFile, keyFile string) error
func (s *Server) Serve(l net.Listener) error
func (s *Server) Shutdown(ctx context.Context) error
func (s *Server) Close() error
type ServeMux struct {}
func NewServeMux() *ServeMux
func (m *ServeMux) Handle(pattern string, handler Handler)
func (m *ServeMux) HandleFunc(pattern string, handler func(ResponseWriter, *Request))
type ResponseController struct {}
func NewResponseController(rw ResponseWriter) *ResponseController
func (c *ResponseController) SetWriteDeadline(deadline time.Time) error
type Hijacker interface { Hijack() (net.Conn, *bufio.ReadWriter, error) }
var DefaultClient = &Client{}
var DefaultTransport RoundTripper = &Transport{}
var DefaultServeMux *ServeMux
func Get(url string) (*Response, error)
func Head(url string) (*Response, error)
func Post(url, contentType string, body io.Reader) (*Response, error)
func PostForm(url string, data url.Values) (*Response, error)
func NewRequest(method, url string, body io.Reader) (*Request, error)
func NewRequestWithContext(ctx context.Context, method, url string, body io.Reader) (*Request, error)
func ReadResponse(r *bufio.Reader, req *Request) (*Response, error)
func ReadRequest(r *bufio.Reader) (*Request, error)
func ListenAndServe(addr string, handler Handler) error
func ListenAndServeTLS(addr, certFile, keyFile string, handler Handler) error
func Serve(l net.Listener, handler Handler) error
func ServeTLS(l net.Listener, handler Handler, certFile, keyFile string) error
func HandleFunc(pattern string, handler func(ResponseWriter, *Request))
func Handle(pattern string, handler Handler)
func TimeoutHandler(h Handler, dt time.Duration, msg string) Handler
func MaxBytesReader(w ResponseWriter, r io.ReadCloser, n int64) io.ReadCloser
func Error(w ResponseWriter, error string, code int)
`,
  'net/http/httptest': `package httptest
import ("bytes"; "context"; "io"; "net/http"; "net")
type ResponseRecorder struct { Code int; Body *bytes.Buffer }
func NewRecorder() *ResponseRecorder
func (r *ResponseRecorder) Result() *http.Response
func (r *ResponseRecorder) Header() http.Header
func (r *ResponseRecorder) Write(b []byte) (int, error)
func (r *ResponseRecorder) WriteHeader(code int)
func NewRequest(method, target string, body io.Reader) *http.Request
func NewRequestWithContext(ctx context.Context, method, target string, body io.Reader) *http.Request
type Server struct { URL string; Listener net.Listener; Config *http.Server }
func NewServer(handler http.Handler) *Server
func NewTLSServer(handler http.Handler) *Server
func NewUnstartedServer(handler http.Handler) *Server
func (s *Server) Client() *http.Client
func (s *Server) Close()
`,
  net: `package net
import ("context"; "time")
type Addr interface { Network() string; String() string }
type Conn interface { Read(b []byte) (int, error); Write(b []byte) (int, error); Close() error; SetDeadline(t time.Time) error; SetReadDeadline(t time.Time) error; SetWriteDeadline(t time.Time) error }
type PacketConn interface { ReadFrom(p []byte) (int, Addr, error); WriteTo(p []byte, addr Addr) (int, error); Close() error }
type Listener interface { Accept() (Conn, error); Close() error; Addr() Addr }
type Dialer struct { Timeout time.Duration; Deadline time.Time; KeepAlive time.Duration; Resolver *Resolver }
func (d *Dialer) Dial(network, address string) (Conn, error)
func (d *Dialer) DialContext(ctx context.Context, network, address string) (Conn, error)
type ListenConfig struct { KeepAlive time.Duration }
func (lc *ListenConfig) Listen(ctx context.Context, network, address string) (Listener, error)
func (lc *ListenConfig) ListenPacket(ctx context.Context, network, address string) (PacketConn, error)
type Resolver struct {}
var DefaultResolver = &Resolver{}
func Listen(network, address string) (Listener, error)
func ListenPacket(network, address string) (PacketConn, error)
func Dial(network, address string) (Conn, error)
func DialTimeout(network, address string, timeout time.Duration) (Conn, error)
func LookupCNAME(host string) (string, error)
func LookupHost(host string) ([]string, error)
func LookupIP(host string) ([]IP, error)
func LookupPort(network, service string) (int, error)
func LookupSRV(service, proto, name string) (string, []*SRV, error)
func LookupMX(name string) ([]*MX, error)
func LookupNS(name string) ([]*NS, error)
func LookupTXT(name string) ([]string, error)
func LookupAddr(addr string) ([]string, error)
type IP []byte
`,
  'crypto/tls': `package tls
import ("context"; "net")
type Config struct { ServerName string; InsecureSkipVerify bool }
type ConnectionState struct {}
type Conn struct {}
func (c *Conn) Handshake() error
func (c *Conn) HandshakeContext(ctx context.Context) error
func (c *Conn) Close() error
func (c *Conn) Read(b []byte) (int, error)
func (c *Conn) Write(b []byte) (int, error)
func (c *Conn) ConnectionState() ConnectionState
type Dialer struct { NetDialer *net.Dialer; Config *Config }
func (d *Dialer) Dial(network, addr string) (net.Conn, error)
func (d *Dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error)
func Dial(network, addr string, config *Config) (*Conn, error)
func DialWithDialer(dialer *net.Dialer, network, addr string, config *Config) (*Conn, error)
func Client(conn net.Conn, config *Config) *Conn
func Server(conn net.Conn, config *Config) *Conn
`,
};
