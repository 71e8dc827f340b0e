/** What cases that run in a page share. */

/** Throws where it does not hold. */
export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

/** Throws where two values differ, as JSON has them. */
export function checkSame(found: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  check(one === other, `${what}: ${one} is ${other}`);
}

/** The name of what a call throws. */
export async function nameOf(call: () => Promise<unknown>): Promise<string> {
  try {
    return `none, but ${await call()}`;
  } catch (error) {
    return (error as Error).name;
  }
}

/** What these methods are called on while something runs. */
export async function calledDuring<T>(prototypes: T[], names: string[], work: () => Promise<unknown>): Promise<T[]> {
  const called: T[] = [];
  const restore = prototypes.flatMap((prototype) =>
    names.map((name) => {
      const method = Reflect.get(prototype as object, name) as (...given: unknown[]) => unknown;
      const watched = function (this: T, ...given: unknown[]) {
        called.push(this);
        return method.apply(this, given);
      };
      Reflect.set(prototype as object, name, watched);
      return () => Reflect.set(prototype as object, name, method);
    }),
  );
  try {
    await work();
  } finally {
    for (const one of restore) one();
  }
  return called;
}

/** The cases of a page by their names, each with a database of its own: what the tests call. */
export function runnable(cases: Record<string, (name: string) => Promise<void>>) {
  const names = () => Object.keys(cases);
  const run = (name: string) =>
    cases[name]?.(`database ${crypto.randomUUID()}`) ?? Promise.reject(new Error(`there is no case ${name}`));
  /** Runs every case; gives what failed. */
  const failures = async () => {
    const failed: string[] = [];
    for (const name of names()) await run(name).catch((error) => failed.push(`${name}: ${error}`));
    return failed;
  };
  return { names, run, failures };
}
