import { ed25519 } from '@noble/curves/ed25519.js';
import type { SignatureCheck } from '../../domain/credit/receipt';
import { bytesOfHex } from '../../domain/credit/sha256';

/**
 * Ed25519 by the browser itself; where it lacks that, or the page has no secure context, by a library. Both refuse alike.
 */
export const checkSignature: SignatureCheck = async (publicKey, text, signature) => {
  const message = new TextEncoder().encode(text);
  const key = Uint8Array.from(bytesOfHex(publicKey));
  const mark = Uint8Array.from(bytesOfHex(signature));
  const own = globalThis.crypto?.subtle;
  if (own) {
    try {
      const imported = await own.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
      return await own.verify({ name: 'Ed25519' }, imported, mark, message);
    } catch {
      // This browser knows no Ed25519.
    }
  }
  try {
    return ed25519.verify(mark, message, key);
  } catch {
    return false;
  }
};
