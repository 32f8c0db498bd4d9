import { z } from '@hono/zod-openapi';
import { importDocumentSchema, importResultSchema } from '../../../contracts/importDocument';
import { secondSchema } from '../../../contracts/payments';
import { importDocument } from '../../services/campus/importDocument';
import { ProblemError, problem } from '../problem';
import {
  answer,
  depsOf,
  jsonBody,
  type RestApp,
  type RestDeps,
  requireCampusScope,
  SECURITY,
  WRITE_PROBLEMS,
} from '../restApp';

const MAX_ERRORS = 500;
/** The document, and who consents beside to what takes two people; of them nothing is kept with the campus. */
const importRequest = importDocumentSchema.extend({ second: secondSchema.optional() });

export function registerImport(api: RestApp, deps: RestDeps): void {
  // Documented with the schema of the document, but parsed by the import itself: it answers for each row, also where the
  // schema would only say that something is wrong.
  api.openAPIRegistry.registerPath({
    method: 'post',
    path: '/import',
    summary: 'Brings the campus to what a document says: all or nothing, idempotent by code',
    description:
      'Answers a verdict per row. With errors nothing is applied and the answer is 422 with `rows`. The roles FINANCE and ADMIN, and ' +
      'opening balances above what one person may credit, take two people once the campus has somebody of finance: `second` signs beside.',
    tags: ['import'],
    security: SECURITY,
    request: {
      query: z.strictObject({
        dryRun: z.enum(['0', '1']).optional().meta({ description: '1: only says what would happen.' }),
      }),
      body: jsonBody(importRequest),
    },
    responses: {
      200: answer('Applied, or what would be', importResultSchema),
      ...WRITE_PROBLEMS,
    },
  });

  api.post('/import', async (c) => {
    requireCampusScope(c, 'IMPORT_CAMPUS');
    const query = new URL(c.req.url).searchParams;
    for (const name of query.keys()) {
      if (name === 'dryRun' && /^[01]$/.test(query.get(name) ?? '')) continue;
      throw problem(400, 'INVALID_INPUT', undefined, [
        { pointer: `/${name}`, code: name === 'dryRun' ? 'NOT_ALLOWED' : 'UNKNOWN_FIELD', in: 'query' },
      ]);
    }
    const result = await importDocument(
      { ...depsOf(c, deps), signInLimit: deps.signInLimit, demo: false },
      c.get('caller'),
      c.get('body'),
      query.get('dryRun') === '1',
    );
    const errors = result.rows.flatMap((row) => row.errors);
    if (errors.length === 0) return c.json(result, 200);
    const refused = problem(
      422,
      'IMPORT_REFUSED',
      `${errors.length} errors; nothing was applied.`,
      errors.slice(0, MAX_ERRORS).map(({ pointer, code, message }) => ({
        pointer,
        code,
        detail: message,
        in: 'body' as const,
      })),
    );
    throw new ProblemError({ ...refused.problem, ...result });
  });
}
