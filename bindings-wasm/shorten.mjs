/**
 * Short names for what the WebAssembly module imports and exports. wasm-bindgen's have a hash each, which no compression
 * makes smaller, once in the module and once in its glue.
 */

const IMPORT = 2;
const EXPORT = 7;
/** What the hashes end: `__wbg_record_71993add91c2e514`, `…__closures_____invoke__h64c3713d85d81422`. */
const HASHED = /^\w+_h?[0-9a-f]{16}$/;

/**
 * @param {Uint8Array} wasm the module that wasm-bindgen made
 * @param {string} glue the JavaScript that it made for it
 * @returns {{ wasm: Uint8Array, glue: string }} both, under the same short names
 */
export function shorten(wasm, glue) {
  /** @type {Map<string, string>} */
  const names = new Map();
  const short = (/** @type {string} */ name) => {
    if (!HASHED.test(name)) return name;
    if (!names.has(name)) names.set(name, `$${names.size.toString(36)}`);
    return /** @type {string} */ (names.get(name));
  };
  /** @type {Map<string, string>} */
  const modules = new Map();
  const shortModule = (/** @type {string} */ name) => {
    if (!modules.has(name)) modules.set(name, `$${modules.size}`);
    return /** @type {string} */ (modules.get(name));
  };
  const shortened = rewritten(wasm, (id, reader, writer) => {
    const count = writer.number(reader.number());
    for (let index = 0; index < count; index++) {
      if (id === IMPORT) writer.text(shortModule(reader.text()));
      writer.text(short(reader.text()));
      if (id === IMPORT) importType(reader, writer);
      else {
        writer.byte(reader.byte());
        writer.number(reader.number());
      }
    }
  });
  let text = glue.replaceAll(/[\w$]+/g, (word) => names.get(word) ?? word);
  for (const [module, name] of modules) text = text.replaceAll(`"${module}": import`, `"${name}": import`);
  return { wasm: shortened, glue: text };
}

/**
 * The module with its imports and exports written anew.
 * @param {Uint8Array} wasm
 * @param {(id: number, reader: Reader, writer: Writer) => void} rewrite
 * @returns {Uint8Array}
 */
function rewritten(wasm, rewrite) {
  const reader = new Reader(wasm);
  const writer = new Writer();
  writer.bytes(reader.take(8));
  while (!reader.isAtEnd) {
    const id = writer.byte(reader.byte());
    const content = reader.take(reader.number());
    const section = new Writer();
    if (id === IMPORT || id === EXPORT) rewrite(id, new Reader(content), section);
    else section.bytes(content);
    writer.number(section.length);
    writer.bytes(section.done());
  }
  return writer.done();
}

/**
 * Copies what an import is: a function, a table, a memory or a global.
 * @param {Reader} reader
 * @param {Writer} writer
 */
function importType(reader, writer) {
  const kind = writer.byte(reader.byte());
  if (kind === 0) {
    writer.number(reader.number());
    return;
  }
  if (kind === 1 || kind === 3) writer.byte(reader.byte());
  if (kind === 3) {
    writer.byte(reader.byte());
    return;
  }
  const hasMost = writer.byte(reader.byte()) & 1;
  writer.number(reader.number());
  if (hasMost) writer.number(reader.number());
}

class Reader {
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.all = bytes;
  }

  get isAtEnd() {
    return this.#at >= this.all.length;
  }

  byte() {
    return this.all[this.#at++] ?? 0;
  }

  /** An unsigned LEB128. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  text() {
    return new TextDecoder().decode(this.take(this.number()));
  }

  /** @param {number} length */
  take(length) {
    this.#at += length;
    return this.all.subarray(this.#at - length, this.#at);
  }
}

class Writer {
  /** @type {number[]} */
  #bytes = [];

  get length() {
    return this.#bytes.length;
  }

  /** @param {number} value */
  byte(value) {
    this.#bytes.push(value);
    return value;
  }

  /** @param {number} value */
  number(value) {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
    return value;
  }

  /** @param {string} text */
  text(text) {
    const bytes = new TextEncoder().encode(text);
    this.number(bytes.length);
    this.bytes(bytes);
  }

  /** @param {Uint8Array} bytes */
  bytes(bytes) {
    for (const byte of bytes) this.byte(byte);
  }

  done() {
    return Uint8Array.from(this.#bytes);
  }
}
