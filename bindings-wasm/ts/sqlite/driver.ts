/** Node's SQLite as the core drives it. */

import { accessSync, constants, existsSync } from "node:fs";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** How many statements a connection keeps prepared: those of the store, and filters as they are used. */
const STATEMENTS = 64;
/** `SQLITE_CANTOPEN` */
const CANNOT_OPEN = 14;

/** Opens connections. */
export class Library {
  readonly #Database: typeof DatabaseSync;

  constructor(Database: typeof DatabaseSync) {
    this.#Database = Database;
  }

  open(path: string, mode: "create" | "write" | "read", busyTimeout: number): Connection {
    if (mode !== "create" && !existsSync(path)) {
      throw Object.assign(new Error("unable to open database file"), { errcode: CANNOT_OPEN });
    }
    return new Connection(new this.#Database(path, { readOnly: mode === "read" }), path, busyTimeout);
  }
}

/** One connection to a file. */
class Connection {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, path: string, busyTimeout: number) {
    this.#database = database;
    this.#path = path;
    database.exec(`PRAGMA busy_timeout = ${Math.min(Math.round(busyTimeout), 2 ** 31 - 1)}`);
  }

  isReadOnly(): boolean {
    try {
      accessSync(this.#path, constants.W_OK);
      return false;
    } catch {
      return true;
    }
  }

  execute(sql: string, params: SQLInputValue[]): void {
    this.#prepared(sql).run(...params);
  }

  query(sql: string, params: SQLInputValue[]): unknown[][] {
    const rows = this.#prepared(sql).all(...params);
    // Node before 22.16 gives objects alone.
    return rows.map((row) => (Array.isArray(row) ? row : Object.values(row)));
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays?.(true);
    if (this.#statements.size >= STATEMENTS) {
      const [oldest] = this.#statements.keys();
      this.#statements.delete(oldest ?? "");
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}
