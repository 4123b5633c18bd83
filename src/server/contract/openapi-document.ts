/** The contract of the API: OpenAPI 3.1, made of the schemas that the handlers themselves use. */
import { makeComponents, referTo, type JsonSchema } from './json-schemas.js';
import { OPERATIONS, type Operation } from './operations.js';
import { makeProblemResponses } from './problem-responses.js';
import { RATE_LIMIT_HEADERS, withRateLimit } from './rate-limit-headers.js';

/** Of the contract, not of the binary: rises when callers must or may do something else. */
const CONTRACT_VERSION = '1.0.0';

/** The same object, in the same order, on every call: `docs/openapi.json` is this, formatted. */
export function makeOpenApiDocument(): JsonSchema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'ordersctl',
      version: CONTRACT_VERSION,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Takes the orders of a flash sale. Every error is an `application/problem+json` with a stable `code`. ' +
        'Unknown addresses answer 404 `NOT_FOUND`, other methods 405 `METHOD_NOT_ALLOWED` with `Allow`. ' +
        'Answers may get new fields, which readers must ignore.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths: makePaths(),
    components: {
      schemas: makeComponents(),
      headers: RATE_LIMIT_HEADERS,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'A token whose `sub` is the customer, signed by the shop (HS256) or its identity provider (RS256, PS256, ' +
            'ES256, EdDSA). Behind a gateway that authenticates by itself, whatever that gateway asks for instead.',
        },
      },
    },
  };
}

function makePaths(): Readonly<Record<string, JsonSchema>> {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of OPERATIONS)
    (paths[operation.path] ??= {})[operation.method] = makeOperation(operation);
  return paths;
}

function makeOperation(operation: Operation): JsonSchema {
  const { operationId, summary, description, parameters, body } = operation;
  const responses = { ...operation.answers, ...makeProblemResponses(operation.problems) };
  return {
    operationId,
    summary,
    description,
    ...(operation.isPublic && { security: [] }),
    ...(parameters && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: referTo(body.schema), example: body.example } },
      },
    }),
    responses: operation.isRateLimited ? withRateLimit(responses) : responses,
  };
}
