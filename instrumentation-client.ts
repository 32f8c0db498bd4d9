import { config } from 'zod/v4/core';

/**
 * Runs in the browser before any page of ours. Our content security policy forbids code made from text, and a schema that tries
 * it all the same fails the first parse: the first sign-in of a password manager was told that the server does not answer.
 */
config({ jitless: true });
