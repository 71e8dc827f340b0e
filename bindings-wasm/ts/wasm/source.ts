/** Where the WebAssembly module comes from: its address, a response, its bytes, or the compiled module. */
export type Source = Place | Promise<Place>;

type Place = string | URL | Request | Response | BufferSource | WebAssembly.Module;
