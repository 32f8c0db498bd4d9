/**
 * Runs in the browser before any page of ours. Our content security policy forbids code made from text, and a schema that tries
 * it all the same fails the first parse: the first sign-in of a password manager was told that the server does not answer.
 * Zod shares its settings under this name among all its copies. They are set here without loading it: the import alone put 7 kB
 * before the first paint of every page, most of which parse nothing until then.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
