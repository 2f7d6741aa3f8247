const SQL_METHODS = (type: string): string => `
func (x *${type}) Exec(query string, args ...any) (Result, error)
func (x *${type}) ExecContext(ctx context.Context, query string, args ...any) (Result, error)
func (x *${type}) Query(query string, args ...any) (*Rows, error)
func (x *${type}) QueryContext(ctx context.Context, query string, args ...any) (*Rows, error)
func (x *${type}) QueryRow(query string, args ...any) *Row
func (x *${type}) QueryRowContext(ctx context.Context, query string, args ...any) *Row
func (x *${type}) Prepare(query string) (*Stmt, error)
func (x *${type}) PrepareContext(ctx context.Context, query string) (*Stmt, error)`;

const SQLX_METHODS = (type: string): string => `
func (x *${type}) Queryx(query string, args ...any) (*Rows, error)
func (x *${type}) QueryxContext(ctx context.Context, query string, args ...any) (*Rows, error)
func (x *${type}) QueryRowx(query string, args ...any) *Row
func (x *${type}) NamedQuery(query string, arg any) (*Rows, error)
func (x *${type}) NamedQueryContext(ctx context.Context, query string, arg any) (*Rows, error)
func (x *${type}) NamedExec(query string, arg any) (sql.Result, error)
func (x *${type}) NamedExecContext(ctx context.Context, query string, arg any) (sql.Result, error)
func (x *${type}) PrepareNamed(query string) (*NamedStmt, error)
func (x *${type}) PrepareNamedContext(ctx context.Context, query string) (*NamedStmt, error)
func (x *${type}) Preparex(query string) (*Stmt, error)
func (x *${type}) PreparexContext(ctx context.Context, query string) (*Stmt, error)
func (x *${type}) Get(dest any, query string, args ...any) error
func (x *${type}) GetContext(ctx context.Context, dest any, query string, args ...any) error
func (x *${type}) Select(dest any, query string, args ...any) error
func (x *${type}) SelectContext(ctx context.Context, dest any, query string, args ...any) error
func (x *${type}) MustExec(query string, args ...any) sql.Result
func (x *${type}) Rebind(query string) string`;

const ROWS = `
func (r *Rows) Next() bool
func (r *Rows) Scan(dest ...any) error
func (r *Rows) Err() error
func (r *Rows) Close() error`;

const SQLX = `package sqlx
import ("context"; "database/sql")
type DB struct { *sql.DB }${SQLX_METHODS('DB')}
func (db *DB) Beginx() (*Tx, error)
func (db *DB) BeginTxx(ctx context.Context, opts *sql.TxOptions) (*Tx, error)
func (db *DB) MustBegin() *Tx
type Tx struct { *sql.Tx }${SQLX_METHODS('Tx')}
type Rows struct { *sql.Rows }
func (r *Rows) StructScan(dest any) error
func (r *Rows) MapScan(dest map[string]any) error
type Row struct {}
func (r *Row) Scan(dest ...any) error
func (r *Row) StructScan(dest any) error
type Stmt struct { *sql.Stmt }
func (s *Stmt) Get(dest any, args ...any) error
func (s *Stmt) GetContext(ctx context.Context, dest any, args ...any) error
func (s *Stmt) Select(dest any, args ...any) error
func (s *Stmt) SelectContext(ctx context.Context, dest any, args ...any) error
func (s *Stmt) QueryRowx(args ...any) *Row
func (s *Stmt) Queryx(args ...any) (*Rows, error)
func (s *Stmt) QueryxContext(ctx context.Context, args ...any) (*Rows, error)
type NamedStmt struct { Stmt *Stmt }
func (n *NamedStmt) Close() error
func (n *NamedStmt) Query(arg any) (*sql.Rows, error)
func (n *NamedStmt) Queryx(arg any) (*Rows, error)
func (n *NamedStmt) QueryxContext(ctx context.Context, arg any) (*Rows, error)
func (n *NamedStmt) QueryRow(arg any) *Row
func (n *NamedStmt) Get(dest any, arg any) error
func (n *NamedStmt) GetContext(ctx context.Context, dest any, arg any) error
func (n *NamedStmt) Select(dest any, arg any) error
func (n *NamedStmt) SelectContext(ctx context.Context, dest any, arg any) error
func (n *NamedStmt) Exec(arg any) (sql.Result, error)
func Open(driver, dsn string) (*DB, error)
func MustOpen(driver, dsn string) *DB
func Connect(driver, dsn string) (*DB, error)
func ConnectContext(ctx context.Context, driver, dsn string) (*DB, error)
func MustConnect(driver, dsn string) *DB
func NewDb(db *sql.DB, driver string) *DB
`;

const PGX_QUERIES = (type: string): string => `
func (x *${type}) Exec(ctx context.Context, sql string, args ...any) (CommandTag, error)
func (x *${type}) Query(ctx context.Context, sql string, args ...any) (Rows, error)
func (x *${type}) QueryRow(ctx context.Context, sql string, args ...any) Row`;

const pgx = (): string => `package pgx
import "context"
type CommandTag struct {}
type Rows interface { Close(); Err() error; Next() bool; Scan(dest ...any) error }
type Row interface { Scan(dest ...any) error }
type Tx interface { Begin(ctx context.Context) (Tx, error); Commit(ctx context.Context) error; Rollback(ctx context.Context) error
  Exec(ctx context.Context, sql string, args ...any) (CommandTag, error); Query(ctx context.Context, sql string, args ...any) (Rows, error)
  QueryRow(ctx context.Context, sql string, args ...any) Row }
type TxOptions struct {}
type Conn struct {}${PGX_QUERIES('Conn')}
func (c *Conn) Begin(ctx context.Context) (Tx, error)
func (c *Conn) BeginTx(ctx context.Context, o TxOptions) (Tx, error)
func (c *Conn) Close(ctx context.Context) error
func Connect(ctx context.Context, dsn string) (*Conn, error)
`;

const pgxpool = (base: string): string => `package pgxpool
import ("context"; "time"; "${base}")
type Config struct { MaxConnLifetime time.Duration; MaxConnIdleTime time.Duration; MaxConns int32 }
func ParseConfig(dsn string) (*Config, error)
func NewWithConfig(ctx context.Context, config *Config) (*Pool, error)
func ConnectConfig(ctx context.Context, config *Config) (*Pool, error)
type Pool struct {}
func (p *Pool) Exec(ctx context.Context, sql string, args ...any) (pgx.CommandTag, error)
func (p *Pool) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
func (p *Pool) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error)
func (p *Pool) BeginTx(ctx context.Context, o pgx.TxOptions) (pgx.Tx, error)
func (p *Pool) Acquire(ctx context.Context) (*Conn, error)
func (p *Pool) Close()
type Conn struct {}
func (c *Conn) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
func (c *Conn) Release()
func New(ctx context.Context, dsn string) (*Pool, error)
func Connect(ctx context.Context, dsn string) (*Pool, error)
`;

/** Signatures of database/sql (Go 1.26), sqlx (1.4) and pgx (4 and 5), as far as a rule asks. */
export const DATABASE: Readonly<Record<string, string>> = {
  'database/sql': `package sql
import ("context"; "time")
type Result interface { LastInsertId() (int64, error); RowsAffected() (int64, error) }
type TxOptions struct {}
type DB struct {}${SQL_METHODS('DB')}
func (db *DB) Begin() (*Tx, error)
func (db *DB) BeginTx(ctx context.Context, opts *TxOptions) (*Tx, error)
func (db *DB) Ping() error
func (db *DB) PingContext(ctx context.Context) error
func (db *DB) Conn(ctx context.Context) (*Conn, error)
func (db *DB) Close() error
func (db *DB) SetMaxOpenConns(n int)
func (db *DB) SetMaxIdleConns(n int)
func (db *DB) SetConnMaxLifetime(d time.Duration)
func (db *DB) SetConnMaxIdleTime(d time.Duration)
type Tx struct {}${SQL_METHODS('Tx')}
func (tx *Tx) Stmt(stmt *Stmt) *Stmt
func (tx *Tx) StmtContext(ctx context.Context, stmt *Stmt) *Stmt
func (tx *Tx) Commit() error
func (tx *Tx) Rollback() error
type Conn struct {}
func (c *Conn) BeginTx(ctx context.Context, opts *TxOptions) (*Tx, error)
func (c *Conn) ExecContext(ctx context.Context, query string, args ...any) (Result, error)
func (c *Conn) QueryContext(ctx context.Context, query string, args ...any) (*Rows, error)
func (c *Conn) QueryRowContext(ctx context.Context, query string, args ...any) *Row
func (c *Conn) PrepareContext(ctx context.Context, query string) (*Stmt, error)
func (c *Conn) Close() error
type Stmt struct {}
func (s *Stmt) Exec(args ...any) (Result, error)
func (s *Stmt) ExecContext(ctx context.Context, args ...any) (Result, error)
func (s *Stmt) Query(args ...any) (*Rows, error)
func (s *Stmt) QueryContext(ctx context.Context, args ...any) (*Rows, error)
func (s *Stmt) QueryRow(args ...any) *Row
func (s *Stmt) QueryRowContext(ctx context.Context, args ...any) *Row
func (s *Stmt) Close() error
type Rows struct {}${ROWS}
func (r *Rows) NextResultSet() bool
func (r *Rows) Columns() ([]string, error)
type Row struct {}
func (r *Row) Scan(dest ...any) error
func (r *Row) Err() error
func Open(driver, dsn string) (*DB, error)
func OpenDB(c any) *DB
`,
  'github.com/jmoiron/sqlx': SQLX,
  'github.com/jackc/pgx/v4': pgx(),
  'github.com/jackc/pgx/v5': pgx(),
  'github.com/jackc/pgx/v4/pgxpool': pgxpool('github.com/jackc/pgx/v4'),
  'github.com/jackc/pgx/v5/pgxpool': pgxpool('github.com/jackc/pgx/v5'),
};
