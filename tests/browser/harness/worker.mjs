// In the worker: calls what it is told to, and says what came of it.

self.onmessage = async ({ data: { url, name, args } }) => {
  try {
    const module = await import(url);
    self.postMessage({ result: await module[name](...args) });
  } catch (error) {
    self.postMessage({ error: String(error?.stack ?? error) });
  }
};
