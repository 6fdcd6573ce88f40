import { type Attributes, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";

/** The part of an OpenTelemetry tracer provider that tells whether an SDK is behind it. */
interface DelegatingProvider {
  getDelegateTracer?(name: string): Tracer | undefined;
}

/** Undefined without an SDK: then nothing is measured and nothing made. */
export function findTracer(): Tracer | undefined {
  return (trace.getTracerProvider() as DelegatingProvider).getDelegateTracer?.("latchkey");
}

/** Does the work under a span of its own, where an OpenTelemetry SDK was registered with this process. */
export function inSpan<Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> {
  const tracer = findTracer();
  return tracer === undefined
    ? work()
    : tracer.startActiveSpan(name, { attributes }, (span) => endAfter(span, work));
}

/** A span tells that its work failed, and not the error: its message may say too much. */
export async function endAfter<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}
