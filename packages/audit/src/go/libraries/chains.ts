const methods = (type: string, names: string, results: string): string =>
  names
    .split(' ')
    .map((name) => `func (x *${type}) ${name}(args ...any) ${results}\n`)
    .join('');

const GORM_LINKS =
  'Model Table Where Select Omit Joins Preload Order Limit Offset Group Having Not Or Clauses Scopes Unscoped Distinct Session WithContext Debug Set Attrs Assign Raw';

/** Methods of gorm that ask the database. */
export const GORM_ENDS =
  'First Take Last Find Create Save Update Updates UpdateColumn UpdateColumns Delete Count Scan Pluck Exec FirstOrCreate FirstOrInit CreateInBatches FindInBatches';

/** Methods of resty that send the request. */
export const RESTY_ENDS = 'Get Head Post Put Patch Delete Options Execute Send';

const RESTY_LINKS =
  'SetContext WithContext SetBody SetHeader SetHeaders SetQueryParam SetQueryParams SetResult SetError SetAuthToken SetBasicAuth SetFormData SetPathParam SetPathParams SetFile';

const resty = (): string => `package resty
type Client struct {}
func New() *Client
func (c *Client) R() *Request
func (c *Client) NewRequest() *Request
${methods('Client', 'SetTimeout SetBaseURL SetHeader SetHeaders SetRetryCount SetTransport SetDebug', '*Client')}
type Request struct {}
type Response struct {}
${methods('Request', RESTY_LINKS, '*Request')}${methods('Request', RESTY_ENDS, '(*Response, error)')}`;

/** Signatures of libraries whose calls are chains, gorm (1.31) and resty (2 and 3), as far as a rule asks. */
export const CHAINS: Readonly<Record<string, string>> = {
  'gorm.io/gorm': `package gorm
import ("context"; "database/sql")
type DB struct { Error error; RowsAffected int64 }
${methods('DB', GORM_LINKS, '*DB')}${methods('DB', GORM_ENDS, '*DB')}
func (db *DB) Row() *sql.Row
func (db *DB) Rows() (*sql.Rows, error)
func (db *DB) Transaction(fc func(tx *DB) error, opts ...*sql.TxOptions) error
func (db *DB) Begin(opts ...*sql.TxOptions) *DB
func (db *DB) Commit() *DB
func (db *DB) Rollback() *DB
func (db *DB) DB() (*sql.DB, error)
type Config struct {}
type Dialector interface {}
func Open(dialector Dialector, opts ...any) (*DB, error)
`,
  'github.com/go-resty/resty/v2': resty(),
  'resty.dev/v3': resty(),
};
