import { invalid } from '../errors';

/** What a text that is no receipt is refused with. */
export function malformed() {
  return invalid('/receipt', 'RECEIPT_FORM', 'This is not the text of a receipt.');
}

/** Bytes as base64url without padding. */
export function textFromBytes(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * Only the one text that these bytes are written as: a changed last letter that decodes alike is no receipt of ours.
 * @throws DomainError `invalid` `RECEIPT_FORM`
 */
export function bytesFromText(text: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    throw malformed();
  }
  if (textFromBytes(bytes) !== text) throw malformed();
  return bytes;
}

/** Writes fields one after the other. Whole numbers take seven bits to a byte; texts stand behind their length. */
export class ByteWriter {
  private readonly bytes: number[] = [];

  /** A whole number, at least 0. */
  whole(value: bigint | number): this {
    let rest = BigInt(value);
    while (rest > 127n) {
      this.bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.bytes.push(Number(rest));
    return this;
  }

  text(value: string): this {
    const encoded = new TextEncoder().encode(value);
    return this.whole(encoded.length).raw(encoded);
  }

  raw(value: Uint8Array): this {
    for (const byte of value) this.bytes.push(byte);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. @throws DomainError `invalid` `RECEIPT_FORM` where that ends too soon */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  whole(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 128n; shift += 7n) {
      const byte = this.raw(1)[0]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw malformed();
  }

  /** A whole number that stands for a count, an index or a time in ms. */
  count(): number {
    const value = Number(this.whole());
    if (!Number.isSafeInteger(value)) throw malformed();
    return value;
  }

  text(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.raw(this.count()));
    } catch {
      throw malformed();
    }
  }

  raw(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw malformed();
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }

  /** @throws where bytes are left */
  end(): void {
    if (this.at !== this.bytes.length) throw malformed();
  }
}
