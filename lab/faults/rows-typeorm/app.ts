import 'reflect-metadata';
import express from 'express';
import { Column, DataSource, Entity, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

@Entity('products')
class Product {
  @PrimaryColumn('int')
  id!: number;

  @Column('text')
  title!: string;

  @Column('int')
  cents!: number;
}

@Entity('wishes')
class Wish {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('int', { name: 'list_id' })
  listId!: number;

  @ManyToOne(() => Product, { lazy: true })
  @JoinColumn({ name: 'product_id' })
  product!: Promise<Product>;
}

const database = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL ?? '',
  entities: [Product, Wish],
  poolSize: 20,
});
await database.initialize();
const app = express();

app.get('/lists/:id', async (req, res) => {
  const wishes = await database.getRepository(Wish).findBy({ listId: Number(req.params.id) });
  const titles: string[] = [];
  for (const wish of wishes) titles.push((await wish.product).title);
  res.json(titles);
});

app.get('/products/:id', async (req, res) => {
  res.json(await database.getRepository(Product).findOneBy({ id: Number(req.params.id) }));
});

app.listen(Number(process.env.PORT), '127.0.0.1');
