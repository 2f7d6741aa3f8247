import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'go' | 'ts';

/** As many as a package or folder of a grown service has. */
const FILES_PER_FOLDER = 25;
/** Of each in a file: some 200 lines, as the middle file of large open projects has. */
const PARTS = 8;

/**
 * Writes a tree of services: handlers, queries, loops, structs; about one function in eight has something to find.
 * @returns The files, in order.
 */
export function generateTree(folder: string, language: Language, count: number): readonly string[] {
  const files = Array.from({ length: count }, (_, at) => {
    const inside = join(folder, `part${Math.floor(at / FILES_PER_FOLDER)}`);
    if (at % FILES_PER_FOLDER === 0) mkdirSync(inside, { recursive: true });
    const file = join(inside, `file${at}.${language}`);
    writeFileSync(file, generateSource(language, at, PARTS));
    return file;
  });
  if (language === 'go') writeFileSync(join(folder, 'go.mod'), 'module example.test/bench\n\ngo 1.21\n');
  return files;
}

/** Writes one file of at least that many bytes. */
export function generateLarge(file: string, language: Language, bytes: number): void {
  const part = generateSource(language, 0, 1).length;
  writeFileSync(file, generateSource(language, 0, Math.ceil(bytes / part) + 1));
}

function generateSource(language: Language, file: number, parts: number): string {
  const make = language === 'go' ? goPart : tsPart;
  const text = Array.from({ length: parts }, (_, part) => make(`${file}x${part}`, part % PARTS === 0));
  return (language === 'go' ? GO_HEAD : TS_HEAD) + text.join('');
}

const GO_HEAD = `package shop

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)
`;

const goPart = (id: string, wrong: boolean): string =>
  `
// Order${id} is what the table of orders has.
type Order${id} struct {
	ID    int64  \`json:"id"\`
	Name  string \`json:"name"\`
	Total int64  \`json:"total"\`
}

func load${id}(ctx context.Context, db *sql.DB, from int64) ([]Order${id}, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	rows, err := db.Query${wrong ? '(' : 'Context(ctx, '}"SELECT id, name, total FROM orders WHERE id > $1", from)
	if err != nil {
		return nil, fmt.Errorf("orders from %d: %w", from, err)
	}
	defer rows.Close()
	orders := make([]Order${id}, 0, 16)
	for rows.Next() {
		var order Order${id}
		if err := rows.Scan(&order.ID, &order.Name, &order.Total); err != nil {
			return nil, err
		}
		if order.Total > 100 && order.Name != "" {
			orders = append(orders, order)
		}
	}
	return orders, rows.Err()
}
`.concat(`
func serve${id}(db *sql.DB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		orders, err := load${id}(r.Context(), db, 0)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(orders)
	}
}
`);

const TS_HEAD = `import { Pool } from 'pg';

const pool = new Pool({ connectionTimeoutMillis: 1_000, statement_timeout: 1_000 });
`;

const tsPart = (id: string, wrong: boolean): string => `
export interface Order${id} {
  readonly id: number;
  readonly name: string;
  readonly total: number;
}

export async function load${id}(from: number, signal: AbortSignal): Promise<readonly Order${id}[]> {
  const { rows } = await pool.query<Order${id}>('SELECT id, name, total FROM orders WHERE id > $1', [from]);
  const orders: Order${id}[] = [];
  for (const row of rows) {
    if (row.total > 100 && row.name !== '') orders.push({ ...row, name: row.name.trim() });
  }
  const response = await fetch(\`http://stock.test/items/\${from}\`${wrong ? '' : ', { signal }'});
  if (!response.ok) throw new Error(\`stock of \${from}: \${response.status}\`);
  return orders;
}

export class Shelf${id} {
  readonly #orders = new Map<number, Order${id}>();

  add(order: Order${id}): void {
    if (this.#orders.has(order.id)) return;
    this.#orders.set(order.id, order);
  }

  total(): number {
    return [...this.#orders.values()].reduce((sum, { total }) => sum + total, 0);
  }
}
`;
