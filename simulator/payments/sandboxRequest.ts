/** A request to the sandbox, read whole. */
export interface SandboxRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** Path with the query, as sent. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** The body as text; `json` and `form` read it. */
  readonly text: string;
  readonly nowMs: number;
  header(name: string): string | null;
  json(): Record<string, unknown>;
  form(): URLSearchParams;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export const answered = (status: number, content: unknown): SandboxAnswer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
  body: JSON.stringify(content),
});

export const refused = (status: number, code: string): SandboxAnswer =>
  answered(status, { code, message: code });
