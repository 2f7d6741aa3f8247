/** Tables several apps have. */

export function products(count: number): string {
  return `
    CREATE TABLE products (id int PRIMARY KEY, title text NOT NULL, cents int NOT NULL);
    INSERT INTO products SELECT n, 'product ' || n, 100 + n FROM generate_series(1, ${count}) n;`;
}

export function stock(count: number): string {
  return `
    CREATE TABLE stock (product_id int PRIMARY KEY, qty int NOT NULL);
    INSERT INTO stock SELECT n, 1000000 FROM generate_series(1, ${count}) n;`;
}
