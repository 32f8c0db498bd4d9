/**
 * SHA-256 (FIPS 180-4) in plain TypeScript, so that a browser can recompute proofs on pages without a secure context and
 * `domain` needs no package. It hashes public data only. Servers pass `node:crypto`'s hash instead, for speed.
 */
export interface Sha256 {
  (bytes: Uint8Array): Uint8Array;
  /** Hex digest of a text's UTF-8 bytes in one step, where the platform has it. */
  readonly hex?: (text: string) => string;
}

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUND = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

const BLOCK_BYTES = 64;

/** The 32-byte digest of `bytes`. */
export const sha256: Sha256 = (bytes) => {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = new Uint32Array([
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]);
  const schedule = new Uint32Array(64);
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) compress(state, schedule, view, offset);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => {
    digest.setUint32(index * 4, word);
  });
  return new Uint8Array(digest.buffer);
};

function rotr(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function compress(state: Uint32Array, w: Uint32Array, view: DataView, offset: number): void {
  for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(offset + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const early = w[t - 15]!;
    const late = w[t - 2]!;
    const sigma0 = rotr(early, 7) ^ rotr(early, 18) ^ (early >>> 3);
    const sigma1 = rotr(late, 17) ^ rotr(late, 19) ^ (late >>> 10);
    w[t] = w[t - 16]! + sigma0 + w[t - 7]! + sigma1;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t += 1) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const sum1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const sum0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const first = (h + sum1 + choice + ROUND[t]! + w[t]!) | 0;
    const second = (sum0 + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = state[index]! + word;
  });
}

/** Lower-case hex of bytes. */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** Bytes of a hex text of even length; the caller knows it to be hex. */
export function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = (digitAt(hex, index * 2) << 4) | digitAt(hex, index * 2 + 1);
  return bytes;
}

/** Letters stand 9 above their last four bits, in either case. */
function digitAt(hex: string, index: number): number {
  const code = hex.charCodeAt(index);
  return code > 0x39 ? (code & 0xf) + 9 : code & 0xf;
}

/** Hex digest of a text's UTF-8 bytes. */
export function sha256Hex(text: string, hash: Sha256): string {
  return hash.hex ? hash.hex(text) : hexOf(hash(new TextEncoder().encode(text)));
}
