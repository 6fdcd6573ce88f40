import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { eventually } from "../support/eventually.js";
import { LOGIN, PASSWORD, signedUp, signup } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

/** As `node --import <an OpenTelemetry SDK>` does before anything of ours is loaded. */
function registerSdk(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return exporter;
}

describe("with an OpenTelemetry SDK", () => {
  let app: TestApp;
  let exporter: InMemorySpanExporter;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.graphql("{ authSettings { signupEnabled } }");
    exporter = registerSdk();
  });

  // The next test file in this process is to find none.
  afterAll(() => {
    for (const api of [trace, context, propagation]) api.disable();
  });

  beforeEach(() => exporter.reset());

  const finishedSpan = (name: string): Promise<ReadableSpan> =>
    eventually(() => exporter.getFinishedSpans().find((span) => span.name === name));

  test("a request is a span, with hashes and transactions below it", async () => {
    const { email, userId } = await signedUp(app);
    exporter.reset();
    const query = LOGIN.replace("mutation (", "mutation LoginForm(");
    await app.graphql(query, { variables: { input: { identifier: email, password: PASSWORD } } });
    const request = await finishedSpan("mutation LoginForm");
    expect(request.kind).toBe(SpanKind.SERVER);
    expect(request.attributes).toEqual({
      "graphql.operation.type": "mutation",
      "graphql.operation.name": "LoginForm",
      "latchkey.operations": ["login"],
      "latchkey.outcome": "OK",
      "enduser.id": userId,
    });
    for (const name of ["password verify", "transaction"]) {
      expect((await finishedSpan(name)).parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    }
    const logged = await eventually(() => app.logLines.find((line) => line.includes("LoginForm")));
    expect(JSON.parse(logged).traceId).toBe(request.spanContext().traceId);
  });

  test("it continues the client's trace, or hangs below the span of an instrumented HTTP server", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await app.graphql("query Continued { __typename }", {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    expect((await finishedSpan("query Continued")).spanContext().traceId).toBe(traceId);
    await app.graphql("query Broken { __typename }", { headers: { traceparent: "00-nonsense" } });
    expect((await finishedSpan("query Broken")).parentSpanContext).toBeUndefined();
  });

  test("47: an error shows by its kind, never by its message, and no span carries what was sent", async () => {
    const { email, accessToken } = await signedUp(app);
    await app.graphql(LOGIN, { variables: { input: { identifier: email, password: "a wrong password" } } });
    await app.execute("alter table sessions rename to gone");
    exporter.reset();
    await signup(app).catch(() => undefined);
    await app.execute("alter table gone rename to sessions");
    for (const name of ["transaction", "mutation"]) {
      const { status, events } = await finishedSpan(name);
      expect([status, events]).toEqual([{ code: SpanStatusCode.ERROR }, []]);
    }
    expect((await finishedSpan("transaction")).attributes["error.type"]).toBe("TableNotFoundException");
    await app.graphql(LOGIN, { variables: { input: { identifier: email, password: PASSWORD } } });
    const written = JSON.stringify(
      exporter
        .getFinishedSpans()
        .map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    for (const secret of [email, PASSWORD, "a wrong password", accessToken, "select", "insert"]) {
      expect(written).not.toContain(secret);
    }
  });
});
