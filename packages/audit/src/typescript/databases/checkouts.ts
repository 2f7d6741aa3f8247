import { originOf } from '../origin.ts';
import { methodOf, type Node, receiverOf, type Tree } from '../tree.ts';

const PG_CONNECT = /^pg(?:-pool)?:(?:native\.)?(?:Pool)?\{\}$|^pg-promise:(?:\(\)\(\)|IDatabase\{\})$/;
const MYSQL_POOL = /^(?:mysql2?(?:\/promise(?:\.js)?)?|mariadb):(?:createPool\(\)(?:\.promise\(\))?|Pool\{\})$/;

/** `pool.connect()` and the like: a call that takes a connection out of a pool. */
export function isCheckout(tree: Tree, node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const name = methodOf(node);
  const receiver = receiverOf(node);
  if (!receiver || name === undefined) return false;
  const path = originOf(tree, receiver)?.path;
  if (path === undefined) return false;
  if (name === 'connect') return PG_CONNECT.test(path);
  if (name === 'getConnection') return MYSQL_POOL.test(path);
  if (name === 'createQueryRunner') return path === 'typeorm:DataSource{}';
  if (name === 'startSession')
    return /^mongodb:MongoClient|^mongoose:(?:$|connection$|Connection\{\}|\w+\(\)$)/.test(path);
  if (name === 'reserve') return path === 'postgres:()' || path === 'postgres:Sql{}';
  return name === 'acquire' && path.startsWith('generic-pool:createPool()');
}
