import type { Database } from "../../../stores/indexeddb/js/database.js";
import { invalid, shown } from "../arguments.js";
import { InvalidEventError } from "../errors/errors.js";

/** How far an export or import is, in events. */
export interface BackupProgress {
  readonly events: number;
  /** How many there are in all, where it is known. */
  readonly total: number | undefined;
}

/** How to export or import. */
export interface BackupOptions {
  /** Called now and then. */
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined;
}

/** What an import brought. */
export interface ImportResult {
  readonly events: number;
  /** The position of the last of them. */
  readonly head: number;
}

/**
 * A backup as a stream of bytes.
 * @internal
 */
export function exportStream(
  database: Database,
  onProgress: BackupOptions["onProgress"],
  failed: (thrown: unknown) => unknown,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let pages: AsyncGenerator<{ lines: string; events: number; total: number }, void>;
  return new ReadableStream({
    async start() {
      const { exported } = await loaded();
      pages = exported(database);
    },
    async pull(controller) {
      try {
        const { done, value } = await pages.next();
        if (done) return controller.close();
        controller.enqueue(encoder.encode(value.lines));
        onProgress?.({ events: value.events, total: value.total });
      } catch (thrown) {
        controller.error(failed(thrown));
      }
    },
  });
}

/**
 * Reads a backup and writes it into a store.
 * @internal
 */
export async function importFrom(
  backup: ReadableStream<Uint8Array> | Blob | string,
  database: Database,
  durability: IDBTransactionDurability,
  onProgress: BackupOptions["onProgress"],
  failed: (thrown: unknown) => unknown,
): Promise<ImportResult> {
  const { BackupFault, Import } = await loaded();
  const reading = new Import();
  try {
    for await (const text of textsOf(backup)) {
      reading.feed(text);
      onProgress?.({ events: reading.events, total: undefined });
    }
    const head = await reading.restore(database, durability);
    return { events: reading.events, head };
  } catch (thrown) {
    if (!(thrown instanceof BackupFault)) throw failed(thrown);
    const { index, path, message } = thrown;
    if (index === undefined) throw invalid("backup", message);
    throw new InvalidEventError({ index, path, reason: message });
  }
}

/** Few need it, and those not at once. */
function loaded() {
  return import("../../../stores/indexeddb/js/backup.js");
}

async function* textsOf(backup: ReadableStream<Uint8Array> | Blob | string): AsyncGenerator<string> {
  if (typeof backup === "string") return yield backup;
  const stream = backup instanceof Blob ? backup.stream() : backup;
  if (!(stream instanceof ReadableStream)) throw invalid("backup", `${shown(backup)} is no stream, Blob or string`);
  const decoder = new TextDecoder("utf-8");
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      yield decoder.decode(read.value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    reader.releaseLock();
  }
}
