// In a window or a worker: runs the tests of a Rust crate, as wasm-bindgen made them a module.

/**
 * Runs all tests of the module.
 *
 * @param {string} url of the module that wasm-bindgen made with `--target web`
 * @returns {Promise<{passed: boolean, output: string}>} what they printed, too
 */
export async function runTests(url) {
  const output = prepareOutput();
  globalThis.__wbg_test_invoke = (test) => test(); // so that what a test throws is caught
  const module = await import(url);
  await module.default({ module_or_path: url.replace(/\.js$/, "_bg.wasm") });
  const tests = Object.keys(module.__wasm).filter((name) => name.startsWith("__wbgt_"));
  const context = new module.WasmBindgenTestContext(false);
  const passed = await context.run(tests.map((name) => module.__wasm[name]));
  return { passed: passed && tests.length > 0, output: output() };
}

/** wasm-bindgen-test prints to an element in a window, and through a function in a worker. */
function prepareOutput() {
  if (typeof document === "object") {
    const element = document.createElement("pre");
    element.id = "output";
    document.body.replaceChildren(element);
    return () => element.textContent;
  }
  const lines = [];
  globalThis.__wbg_test_output_writeln = (line) => lines.push(line);
  return () => lines.join("\n");
}
