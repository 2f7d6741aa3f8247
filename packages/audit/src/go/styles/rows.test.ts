import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'rows given to a helper',
    `package svc

import (
	"context"
	"database/sql"
)

func scanAll(rows *sql.Rows) ([]int, error) {
	defer rows.Close()
	var out []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

func good(ctx context.Context, db *sql.DB) ([]int, error) {
	rows, err := db.QueryContext(ctx, "SELECT 1")
	if err != nil {
		return nil, err
	}
	return scanAll(rows)
}

func bad(ctx context.Context, db *sql.DB) (bool, error) {
	rows, err := db.QueryContext(ctx, "SELECT 1") // want rows-not-closed rows-err-unchecked
	if err != nil {
		return false, err
	}
	return rows.Next(), nil
}
`,
  ],
  [
    'pools',
    `package main

import (
	"database/sql"
	"log"
	"time"

	_ "github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

func openSqlx() *sqlx.DB {
	db := sqlx.MustConnect("mysql", "dsn")
	return db
}

var DB *sql.DB

func initDB() {
	var err error
	DB, err = sql.Open("mysql", "dsn") // want pool-limits
	if err != nil {
		log.Fatal(err)
	}
	if err := DB.Ping(); err != nil { // want no-context
		log.Fatal(err)
	}
}

func openGorm() (*gorm.DB, error) {
	return gorm.Open(postgres.Open("dsn"), &gorm.Config{})
}

var _ = time.Second
`,
  ],
]);
