/** A service worker that appends and tells what it read. */

import { openIndexedDb } from "onefold";

addEventListener("message", ((event: MessageEvent & { waitUntil(work: Promise<void>): void }) => {
  const [port] = event.ports;
  const work = async () => {
    try {
      const store = await openIndexedDb(event.data);
      await store.append("Note-1", [{ type: "Noted", data: "by the service worker" }]);
      port?.postMessage((await store.readStream("Note-1")).map(({ version, data }) => [version, data]));
      await store.close();
    } catch (error) {
      port?.postMessage(String(error));
    }
  };
  event.waitUntil(work());
}) as EventListener);
