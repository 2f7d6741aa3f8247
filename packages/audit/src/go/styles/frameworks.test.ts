import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'gin',
    `package svc

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"
)

type Repo interface {
	Find(ctx context.Context, id string) (string, error)
}

type H struct{ repo Repo }

func (h *H) Get(c *gin.Context) {
	v, err := h.repo.Find(context.Background(), c.Param("id")) // want context-not-passed
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.JSON(200, v)
}

func (h *H) Get2(c *gin.Context) {
	v, err := h.repo.Find(c.Request.Context(), c.Param("id"))
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.JSON(200, v)
}
`,
  ],
  [
    'a goroutine in a handler of gin',
    `package svc

import (
	"github.com/gin-gonic/gin"
)

type Mailer struct{}

func (m *Mailer) Send(to string) error { return nil }

func Register(r *gin.Engine, m *Mailer) {
	r.POST("/signup", func(c *gin.Context) {
		to := c.PostForm("email")
		go m.Send(to) // want goroutine-without-context
		c.JSON(202, gin.H{"ok": true})
	})
}
`,
  ],
  [
    'echo',
    `package svc

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
)

type Svc struct{}

func (s *Svc) Load(ctx context.Context, id string) (string, error) { return "", ctx.Err() }

func (s *Svc) Handler(c echo.Context) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second) // want context-not-passed
	defer cancel()
	v, err := s.Load(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(200, v)
}

func (s *Svc) Handler2(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 5*time.Second)
	defer cancel()
	v, err := s.Load(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(200, v)
}
`,
  ],
  [
    'fiber',
    `package svc

import (
	"context"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"
)

type App struct{ pool *pgxpool.Pool }

func (a *App) get(c *fiber.Ctx) error {
	var name string
	err := a.pool.QueryRow(context.Background(), "SELECT name FROM t WHERE id=$1", c.Params("id")).Scan(&name) // want context-not-passed
	if err != nil {
		return fiber.ErrInternalServerError
	}
	return c.JSON(name)
}

func (a *App) get2(c *fiber.Ctx) error {
	var name string
	err := a.pool.QueryRow(c.UserContext(), "SELECT name FROM t WHERE id=$1", c.Params("id")).Scan(&name)
	if err != nil {
		return fiber.ErrInternalServerError
	}
	return c.JSON(name)
}
`,
  ],
  [
    'chi',
    `package svc

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"
)

func load(ctx context.Context, id string) error { return ctx.Err() }

func Routes() http.Handler {
	r := chi.NewRouter()
	r.Get("/x/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := load(context.TODO(), chi.URLParam(r, "id")); err != nil { // want context-not-passed
			w.WriteHeader(500)
		}
	})
	r.Route("/y", func(r chi.Router) {
		r.Post("/", func(w http.ResponseWriter, req *http.Request) {
			if err := load(req.Context(), "1"); err != nil {
				w.WriteHeader(500)
			}
		})
	})
	return r
}
`,
  ],
]);
