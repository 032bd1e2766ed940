// Styles are bundled as text: see scripts/web.mjs.
declare module '*.css' {
  const css: string
  export default css
}
