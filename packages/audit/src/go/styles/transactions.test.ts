import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'gorm',
    `package svc

import (
	"net/http"

	"gorm.io/gorm"
)

type User struct{ ID int }

type H struct{ db *gorm.DB }

func (h *H) get(w http.ResponseWriter, r *http.Request) {
	var u User
	if err := h.db.First(&u, r.PathValue("id")).Error; err != nil { // want no-context
		http.Error(w, "no", 404)
	}
}

func (h *H) get2(w http.ResponseWriter, r *http.Request) {
	var u User
	if err := h.db.WithContext(r.Context()).First(&u, r.PathValue("id")).Error; err != nil {
		http.Error(w, "no", 404)
	}
}

func (h *H) tx(w http.ResponseWriter, r *http.Request) {
	tx := h.db.WithContext(r.Context()).Begin() // want tx-without-rollback
	if err := tx.Create(&User{}).Error; err != nil {
		http.Error(w, "no", 500)
		return
	}
	tx.Commit()
}
`,
  ],
  [
    'named results',
    `package svc

import (
	"context"
	"database/sql"
	"errors"
)

func save(ctx context.Context, db *sql.DB) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		} else {
			err = tx.Commit()
		}
	}()
	_, err = tx.ExecContext(ctx, "UPDATE t SET n=1")
	return
}

func names(ctx context.Context, db *sql.DB) (out []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT n FROM t") // want rows-not-closed
	if err != nil {
		return
	}
	for rows.Next() {
		var s string
		if err = rows.Scan(&s); err != nil {
			return
		}
		out = append(out, s)
	}
	err = rows.Err()
	return
}
`,
  ],
  [
    'transactions given to closures',
    `package svc

import (
	"context"
	"database/sql"
)

func WithTx(ctx context.Context, db *sql.DB, fn func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		if rb := tx.Rollback(); rb != nil {
			return rb
		}
		return err
	}
	return tx.Commit()
}

func transfer(ctx context.Context, db *sql.DB, a, b int) error {
	tx, err := db.Begin() // want no-context tx-without-rollback
	if err != nil {
		return err
	}
	if _, err = tx.Exec("UPDATE t SET n=n-1 WHERE id=$1", a); err != nil { // want no-context
		tx.Rollback()
		return err
	}
	res, err := tx.Exec("UPDATE t SET n=n+1 WHERE id=$1", b) // want no-context
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return sql.ErrNoRows
	}
	return tx.Commit()
}
`,
  ],
]);
