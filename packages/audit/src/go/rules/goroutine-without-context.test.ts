import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGoAuditor } from '../auditor.ts';

const auditor = await openGoAuditor();

/** Whether the rule tells anything of a handler with this body. */
function tells(body: string): boolean {
  const text = `package p
import ("context"; "io"; "net"; "net/http"; "os"; "sync"; "time")
type hub struct { ctx context.Context; stop chan int }
func (h *hub) watch() { for { select { case <-h.stop: return; default: work() } } }
func (h *hub) grind() { work() }
func work() int { return 0 }
func wait(done chan int) { <-done }
func (h *hub) handle(w http.ResponseWriter, r *http.Request) {
${body}
}
`;
  const { hazards, problems } = auditor.audit('service.go', text);
  assert.deepEqual(problems, []);
  return hazards.some(({ rule }) => rule === 'go/goroutine-without-context');
}

test('goroutine-without-context: what nobody ends and nobody waits for is told', () => {
  assert.equal(tells('go work()'), true);
  assert.equal(tells('go h.grind()'), true);
  assert.equal(tells('go func() { work() }()'), true);
  assert.equal(tells('user := other.Load(r.Context())\ngo func() { other.Mail(user) }()'), true);
  // The handler gives up, the goroutine does not; a send is not a receive.
  const gaveUp = 'select { case <-done: case <-time.After(time.Second): }';
  assert.equal(tells(`done := make(chan int, 1)\ngo func() { done <- work() }()\n${gaveUp}`), true);
  assert.equal(tells('all := make(chan int)\ngo func() { for i := range 3 { work(); all <- i } }()'), true);
});

test('goroutine-without-context: a context by whatever way it comes, or a channel, can end it', () => {
  assert.equal(tells('go func() { <-h.stop; work() }()'), false);
  assert.equal(tells('go h.watch()'), false);
  assert.equal(tells('go func() { for h.ctx.Err() == nil { work() } }()'), false);
  assert.equal(tells('job := other.New(r.Context())\ngo job.Run()'), false);
  assert.equal(tells('ctx, span := tracer.Start(r)\n_ = span\ngo func() { other.Run(ctx) }()'), false);
});

test('goroutine-without-context: what the handler waits for or closes does not outlive it', () => {
  assert.equal(tells('var wg sync.WaitGroup\nwg.Add(1)\ngo func() { work(); wg.Done() }()\nwg.Wait()'), false);
  assert.equal(tells('done := make(chan int)\ngo func() { done <- work() }()\n<-done'), false);
  assert.equal(tells('done := make(chan int)\ngo func() { done <- work() }()\nwait(done)'), false);
  const dial = 'conn, _ := net.Dial("tcp", "a:1")\ndefer conn.Close()\n';
  assert.equal(tells(`${dial}pipe := other.Pipe{Conn: conn}\ngo pipe.Copy()`), false);
});

test('goroutine-without-context: what ends the program, what a pipe ends, and what only comments speak of', () => {
  assert.equal(tells('go panic("no such route")'), false);
  assert.equal(tells('go func() { time.Sleep(time.Second); os.Exit(0) }()'), false);
  assert.equal(tells('pr, pw := io.Pipe()\ndefer pr.Close()\ngo func() { other.Copy(pw) }()'), false);
  assert.equal(tells('go func() { work() /* knows of no context */ }()'), true);
});

test('goroutine-without-context: what works on a connection ends with it', () => {
  const upgrade = 'ws, _ := upgrader.Upgrade(w, r, nil)\n';
  assert.equal(tells(`${upgrade}client := other.NewClient("files", ws)\ngo client.Read()`), false);
  assert.equal(tells(`${upgrade}go other.Pump(ws)`), false);
  assert.equal(tells(`${upgrade}_ = ws\ngo work()`), true);
});
