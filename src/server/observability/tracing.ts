import { context, ROOT_CONTEXT, type Span, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { logContext } from '../../log-context.js'
import type { Tracing } from '../core/ports/tracing.js'

const batchMs = 1_000

export interface TracingOptions {
  /** Of an OpenTelemetry collector, such as http://localhost:4318. */
  endpoint: string
  version: string
  /** Tells one node from the others. */
  node: string
}

/** Sends traces to a collector by OTLP over HTTP, in batches behind the work. */
export function openTracing({ endpoint, version, node }: TracingOptions): Tracing & AsyncDisposable {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'replyhq',
      'service.version': version,
      'service.instance.id': node,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: batchMs })],
  })
  provider.register()
  const tracer = trace.getTracer('replyhq', version)
  logContext.fields = traceFields
  return {
    span(name, facts, work, parent) {
      const within = parent === undefined ? context.active() : contextOf(parent)
      return tracer.startActiveSpan(name, { attributes: { ...facts } }, within, (span) => finish(span, work))
    },
    carrier() {
      const active = trace.getActiveSpan()?.spanContext()
      return active === undefined ? null : `00-${active.traceId}-${active.spanId}-0${active.traceFlags}`
    },
    bind: (work) => context.bind(context.active(), work),
    async [Symbol.asyncDispose]() {
      logContext.fields = () => ({})
      await provider.shutdown()
      trace.disable()
      context.disable()
    },
  }
}

function finish<Result>(span: Span, work: () => Result): Result {
  try {
    const result = work()
    if (!(result instanceof Promise)) {
      span.end()
      return result
    }
    const settled = result.then(
      (value: unknown) => {
        span.end()
        return value
      },
      (error: unknown) => {
        fail(span, error)
        throw error
      },
    )
    return settled as Result
  } catch (error) {
    fail(span, error)
    throw error
  }
}

/** The sentence of an error may quote what somebody wrote: only its kind is told. */
function fail(span: Span, error: unknown): void {
  const kind = error instanceof Error && 'code' in error ? String(error.code) : 'internal'
  span.setStatus({ code: SpanStatusCode.ERROR, message: kind })
  span.end()
}

// https://www.w3.org/TR/trace-context/#traceparent-header
const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** What is no traceparent begins a new trace. */
function contextOf(parent: string) {
  const [, traceId, spanId, flags] = traceparent.exec(parent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

function traceFields(): object {
  const active = trace.getActiveSpan()?.spanContext()
  return active === undefined ? {} : { trace_id: active.traceId, span_id: active.spanId }
}
