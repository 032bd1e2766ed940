// Writes the page at /docs as it is before anyone tries a route: what the service says of itself, and its routes, without a script.
import { marked } from 'marked'

interface Operation { tags?: string[], summary?: string }
export interface DocumentedApi {
  info: { title: string, version: string, description?: string }
  tags?: { name: string, description?: string }[]
  paths?: Record<string, Record<string, Operation>>
}

/** Returns the page. The console of routes itself is heavy: docs.js loads it with the first route that is opened. */
export function docsPage ({ info: { title, version, description = '' }, tags = [], paths = {} }: DocumentedApi): string {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { tags: [tag = ''] = [], summary = '' }]) => ({ path, method, tag, summary })))
  const sections = tags.map(({ name, description: about = '' }) => {
    const own = all.filter(({ tag }) => tag === name)
    return own.length === 0 ? '' : `<section aria-labelledby="tag-${escaped(name)}">
<h2 id="tag-${escaped(name)}">${escaped(name)} <small>${escaped(about)}</small></h2>
<ul>${own.map(routeHtml).join('')}</ul>
</section>`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} API</title>
<meta name="description" content="The routes of ${escaped(title)}, each with an example that can be tried.">
<link rel="stylesheet" href="./static/theme/causerie.css">
<link rel="icon" type="image/svg+xml" href="./static/theme/icon.svg">
<script src="./static/theme/causerie.js" defer></script>
</head>
<body>
<div id="first">
<header class="bar">
<a href="../"><img src="./static/theme/icon.svg" alt="Console" width="30" height="30"><span>${escaped(title)} API</span></a>
</header>
<main>
<h1>${escaped(title)} <small>${escaped(version)}</small></h1>
<div class="about">${marked.parse(description, { async: false }).replaceAll('<pre>', '<pre tabindex="0">')}</div>
<p class="about"><a href="./json">The OpenAPI document</a>. Open a route to read its fields, and to try it.</p>
${sections.join('\n')}
</main>
</div>
<div id="swagger-ui"></div>
</body>
</html>
`
}

function routeHtml ({ path, method, summary }: { path: string, method: string, summary: string }): string {
  const target = `data-method="${method}" data-path="${escaped(path)}"`
  return `<li><button type="button" class="route ${method}" ${target}><b>${method.toUpperCase()}</b><code>${escaped(path)}</code>` +
    `<span>${escaped(summary)}</span></button></li>`
}

function escaped (text: string): string {
  return text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)
}
