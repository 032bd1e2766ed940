// The header `traceparent` of W3C Trace Context.

export interface TraceParent { traceId: string, spanId: string, traceFlags: number }

/** Returns null when there is none, or it is not valid: then the trace begins here. */
export function readTraceParent (header: string | undefined): TraceParent | null {
  const [, version, traceId, spanId, flags, more] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header?.trim() ?? '') ?? []
  // Later versions may be longer; the first may not.
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (/^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return null
  return { traceId: traceId!, spanId: spanId!, traceFlags: parseInt(flags!, 16) & 1 }
}

export function writeTraceParent ({ traceId, spanId, traceFlags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 1) === 1 ? '01' : '00'}`
}
