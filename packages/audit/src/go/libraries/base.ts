/** Signatures of other standard packages (Go 1.26), as far as a rule asks. */
export const BASE: Readonly<Record<string, string>> = {
  context: `package context
import "time"
type Context interface { Deadline() (time.Time, bool); Done() <-chan struct{}; Err() error; Value(key any) any }
type CancelFunc func()
type CancelCauseFunc func(cause error)
func Background() Context
func TODO() Context
func WithCancel(parent Context) (Context, CancelFunc)
func WithCancelCause(parent Context) (Context, CancelCauseFunc)
func WithTimeout(parent Context, timeout time.Duration) (Context, CancelFunc)
func WithTimeoutCause(parent Context, timeout time.Duration, cause error) (Context, CancelFunc)
func WithDeadline(parent Context, d time.Time) (Context, CancelFunc)
func WithDeadlineCause(parent Context, d time.Time, cause error) (Context, CancelFunc)
func WithValue(parent Context, key, val any) Context
func WithoutCancel(parent Context) Context
func Cause(c Context) error
func AfterFunc(ctx Context, f func()) (stop func() bool)
`,
  time: `package time
type Duration int64
func (d Duration) Seconds() float64
func (d Duration) Milliseconds() int64
type Time struct {}
func (t Time) Add(d Duration) Time
func (t Time) Sub(u Time) Duration
const (
  Nanosecond Duration = 1
  Microsecond Duration = 1000
  Millisecond Duration = 1000000
  Second Duration = 1000000000
  Minute Duration = 60000000000
  Hour Duration = 3600000000000
)
func Now() Time
func Since(t Time) Duration
func Until(t Time) Duration
func Sleep(d Duration)
func After(d Duration) <-chan Time
func ParseDuration(s string) (Duration, error)
`,
  sync: `package sync
type Locker interface { Lock(); Unlock() }
type Mutex struct {}
func (m *Mutex) Lock()
func (m *Mutex) Unlock()
func (m *Mutex) TryLock() bool
type RWMutex struct {}
func (m *RWMutex) Lock()
func (m *RWMutex) Unlock()
func (m *RWMutex) RLock()
func (m *RWMutex) RUnlock()
type WaitGroup struct {}
func (g *WaitGroup) Add(n int)
func (g *WaitGroup) Done()
func (g *WaitGroup) Wait()
func (g *WaitGroup) Go(f func())
type Once struct {}
func (o *Once) Do(f func())
`,
  io: `package io
type Reader interface { Read(p []byte) (int, error) }
type Writer interface { Write(p []byte) (int, error) }
type Closer interface { Close() error }
type ReadCloser interface { Read(p []byte) (int, error); Close() error }
type WriteCloser interface { Write(p []byte) (int, error); Close() error }
func Copy(dst Writer, src Reader) (int64, error)
func ReadAll(r Reader) ([]byte, error)
func NopCloser(r Reader) ReadCloser
func LimitReader(r Reader, n int64) Reader
func TeeReader(r Reader, w Writer) Reader
`,
  'os/exec': `package exec
import ("context"; "io")
type Cmd struct { Path string; Args []string; Env []string; Dir string }
func (c *Cmd) Run() error
func (c *Cmd) Start() error
func (c *Cmd) Wait() error
func (c *Cmd) Output() ([]byte, error)
func (c *Cmd) CombinedOutput() ([]byte, error)
func (c *Cmd) StdoutPipe() (io.ReadCloser, error)
func Command(name string, arg ...string) *Cmd
func CommandContext(ctx context.Context, name string, arg ...string) *Cmd
func LookPath(file string) (string, error)
`,
  log: `package log
type Logger struct {}
func (l *Logger) Fatal(v ...any)
func (l *Logger) Fatalf(format string, v ...any)
func (l *Logger) Fatalln(v ...any)
func (l *Logger) Panic(v ...any)
func (l *Logger) Panicf(format string, v ...any)
func (l *Logger) Panicln(v ...any)
func (l *Logger) Printf(format string, v ...any)
func New(out any, prefix string, flag int) *Logger
func Default() *Logger
`,
  testing: `package testing
import "context"
type common struct {}
func (c *common) Fatal(args ...any)
func (c *common) Fatalf(format string, args ...any)
func (c *common) FailNow()
func (c *common) Skip(args ...any)
func (c *common) Skipf(format string, args ...any)
func (c *common) SkipNow()
func (c *common) Error(args ...any)
func (c *common) Errorf(format string, args ...any)
func (c *common) Helper()
func (c *common) Cleanup(f func())
func (c *common) Context() context.Context
type T struct { common }
func (t *T) Run(name string, f func(t *T)) bool
type B struct { common }
type F struct { common }
type TB interface { Fatal(args ...any); Fatalf(format string, args ...any); FailNow(); Skip(args ...any); Helper(); Context() context.Context; Cleanup(f func()) }
`,
};
