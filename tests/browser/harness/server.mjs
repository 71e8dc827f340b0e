// A static file server for tests: folders under prefixes, on 127.0.0.1 and a free port.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Serves each folder under its prefix, and an empty page at `/`.
 *
 * @param {Record<string, string>} folders such as `{ "/dist/": "/…/dist" }`
 * @param {Record<string, (body: string) => string>} answers what to answer to what is sent to a path
 * @returns {Promise<{origin: string, close: () => Promise<void>}>}
 */
export async function serve(folders, answers = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    if (path === "/") return send(response, 200, TYPES[".html"], "<!doctype html><title>onefold</title>");
    if (path in answers) return send(response, 200, "text/plain", answers[path](await text(request)));
    const file = fileOf(folders, path);
    const body = file && (await readFile(file).catch(() => undefined));
    if (body === undefined) return send(response, 404, "text/plain", `no file at ${path}`);
    send(response, 200, TYPES[extname(path)] ?? "application/octet-stream", body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${port}`, close };
}

function fileOf(folders, path) {
  const prefix = Object.keys(folders).find((candidate) => path.startsWith(candidate));
  if (prefix === undefined) return undefined;
  const rest = normalize(`/${path.slice(prefix.length)}`); // no way out of the folder
  return join(folders[prefix], rest);
}

function send(response, status, type, body) {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
