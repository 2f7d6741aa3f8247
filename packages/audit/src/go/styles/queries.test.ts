import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'an embedded pool',
    `package svc

import (
	"context"
	"database/sql"
)

type Store struct {
	*sql.DB
}

type Users struct {
	Store
}

func (u *Users) Touch(ctx context.Context, id int) error {
	_, err := u.Exec("UPDATE users SET seen = now() WHERE id = $1", id) // want no-context
	return err
}

func (u *Users) Touch2(ctx context.Context, id int) error {
	_, err := u.ExecContext(ctx, "UPDATE users SET seen = now() WHERE id = $1", id)
	return err
}
`,
  ],
  [
    'a method as a value',
    `package svc

import (
	"context"
	"database/sql"
	"net/http"
)

type H struct{ db *sql.DB }

func (h *H) list(w http.ResponseWriter, r *http.Request) {
	query := h.db.Query
	rows, err := query("SELECT id FROM items") // want no-context
	if err != nil {
		http.Error(w, "no", 500)
		return
	}
	defer rows.Close()
	for rows.Next() {
	}
	if rows.Err() != nil {
		http.Error(w, "no", 500)
	}
}

func (h *H) one(ctx context.Context) error {
	q := h.db.QueryRowContext
	var n int
	return q(ctx, "SELECT 1").Scan(&n)
}
`,
  ],
  [
    'sqlx',
    `package svc

import (
	"context"

	"github.com/jmoiron/sqlx"
)

type Item struct{ ID int }

func list(ctx context.Context, db *sqlx.DB) ([]Item, error) {
	var items []Item
	err := db.Select(&items, "SELECT * FROM items") // want no-context
	return items, err
}

func one(ctx context.Context, db *sqlx.DB, id int) (Item, error) {
	var it Item
	err := db.Get(&it, "SELECT * FROM items WHERE id=$1", id) // want no-context
	return it, err
}

func named(ctx context.Context, db *sqlx.DB, it Item) error {
	_, err := db.NamedExec("INSERT INTO items VALUES (:id)", it) // want no-context
	return err
}

func queryx(ctx context.Context, db *sqlx.DB) error {
	rows, err := db.QueryxContext(ctx, "SELECT * FROM items") // want rows-not-closed
	if err != nil {
		return err
	}
	if rows.Next() {
		var it Item
		return rows.StructScan(&it)
	}
	return rows.Err()
}
`,
  ],
  [
    'pgx',
    `package svc

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func ids(ctx context.Context, pool *pgxpool.Pool) ([]int, error) {
	rows, err := pool.Query(ctx, "SELECT id FROM items") // want rows-err-unchecked
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

func ids2(ctx context.Context, pool *pgxpool.Pool) ([]int, error) {
	rows, err := pool.Query(ctx, "SELECT id FROM items")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

func move(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := pool.Begin(ctx) // want tx-without-rollback
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE a SET n=1"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func move2(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE a SET n=1")
		return err
	})
}
`,
  ],
]);
