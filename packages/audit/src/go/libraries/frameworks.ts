/** What the rules ask of gin (1.11), echo (4 and 5) and fiber (2 and 3). */
const gin = `package gin
import ("context"; "net/http")
type Context struct { Request *http.Request; Writer http.ResponseWriter }
func (c *Context) Copy() *Context
func (c *Context) Param(key string) string
func (c *Context) Query(key string) string
func (c *Context) PostForm(key string) string
func (c *Context) Next()
`;

const ECHO_METHODS = 'Request() *http.Request; Param(name string) string; QueryParam(name string) string';

const fiber = (context: string, receiver: string): string => `package fiber
import "context"
${receiver}${context}`;

/** Signatures of web frameworks, as far as a rule asks, by import path. */
export const FRAMEWORKS: Readonly<Record<string, string>> = {
  'github.com/gin-gonic/gin': gin,
  'github.com/labstack/echo': `package echo\nimport "net/http"\ntype Context interface { ${ECHO_METHODS} }\n`,
  'github.com/labstack/echo/v4': `package echo\nimport "net/http"\ntype Context interface { ${ECHO_METHODS} }\n`,
  'github.com/labstack/echo/v5': `package echo\nimport "net/http"\ntype Context struct {}\nfunc (c *Context) Request() *http.Request\n`,
  'github.com/gofiber/fiber/v2': fiber('func (c *Ctx) UserContext() context.Context\n', 'type Ctx struct {}\n'),
  'github.com/gofiber/fiber/v3': fiber(
    '',
    'type Ctx interface { Context() context.Context; Params(key string) string }\n',
  ),
};

export const FRAMEWORK_PATHS: readonly string[] = Object.keys(FRAMEWORKS);
