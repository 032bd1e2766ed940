// The headers of an OTLP exporter, as OTEL_EXPORTER_OTLP_HEADERS has them: name=value,name=value, both percent-encoded.

/** Throws an Error that names no value: it may be a secret. */
export function readOtlpHeaders (text: string): Record<string, string> {
  const pairs = text.split(',').map(pair => pair.trim()).filter(Boolean)
  return Object.fromEntries(pairs.map(pair => {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new Error('each header must look like name=value')
    return [name.toLowerCase(), decodeURIComponent(pair.slice(at + 1).trim())]
  }))
}
