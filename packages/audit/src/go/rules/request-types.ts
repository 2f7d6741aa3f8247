/** What brings a request's context along, by its type's name: how the context is asked of a parameter of this name. */
const OFFERS = new Map<string, (name: string) => string>([
  ['context.Context', (name) => name],
  ['github.com/gin-gonic/gin.Context', (name) => `${name}.Request.Context()`],
  ...['echo', 'echo/v4', 'echo/v5'].map(
    (path) => [`github.com/labstack/${path}.Context`, (name: string) => `${name}.Request().Context()`] as const,
  ),
  ['github.com/gofiber/fiber/v2.Ctx', (name) => `${name}.UserContext()`],
  ['github.com/gofiber/fiber/v3.Ctx', (name) => `${name}.Context()`],
  ...['ServerStream', 'ServerStreamingServer', 'ClientStreamingServer', 'BidiStreamingServer'].map(
    (type) => [`google.golang.org/grpc.${type}`, (name: string) => `${name}.Context()`] as const,
  ),
]);

/** A stream of a service, as protoc-gen-go-grpc named it before it had generic types: `pb.Orders_WatchServer`. */
const STREAM = /\/.*\.\w+_[A-Z]\w*Server$/;

/** Frameworks whose one parameter is both request and response, and is used again for the next request once the handler returned. */
const EXCHANGE = /^github\.com\/(?:gin-gonic\/gin|labstack\/echo|gofiber\/fiber)(?:\/v\d+)?\.(?:Context|Ctx)$/;

/** How the context is asked of a parameter of this type; undefined for types that bring none. */
export function contextOf(type: string, name: string): string | undefined {
  const offer = OFFERS.get(type);
  if (offer !== undefined) return offer(name);
  return STREAM.test(type) ? `${name}.Context()` : undefined;
}

/** Whether a framework's handlers get this type, and nothing else, for request and response. */
export function isExchange(type: string): boolean {
  return EXCHANGE.test(type);
}
