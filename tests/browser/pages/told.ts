/** Errors of a page, for the tests. */

/** An error as it crosses to the tests. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly cause: string | undefined;
}

/** What a call throws; nothing where it does not. */
export async function told(call: () => Promise<unknown>): Promise<Told | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    const { code, message, cause } = error as { code?: string; message: string; cause?: { name?: string } };
    return { code: code ?? "none", message, cause: cause?.name };
  }
}
