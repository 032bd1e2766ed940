// Lists the file extensions that hold no readable text.

const unsupported = new Map(Object.entries({
  picture: 'png jpg jpeg gif webp avif heic bmp tif tiff ico svg psd ai raw',
  sound: 'mp3 wav ogg flac m4a aac opus wma',
  film: 'mp4 mov avi mkv webm wmv m4v mpg mpeg',
  archive: 'zip gz tgz bz2 xz zst 7z rar tar jar iso dmg',
  program: 'exe dll so dylib bin class o a wasm pyc msi deb rpm apk',
  'spreadsheet (save it as XLSX or CSV)': 'xls xlsb numbers',
  'presentation (save it as PPTX or PDF)': 'ppt key',
  'document (save it as DOCX or PDF)': 'doc pages msg',
  font: 'ttf otf woff woff2',
  database: 'db sqlite sqlite3 mdb parquet',
}).flatMap(([what, endings]) => endings.split(' ').map((ending): [string, string] => [ending, what])))

/** Returns the kind of a file whose extension shows that it cannot be read; undefined when it may be readable. */
export function unsupportedKind (name: string): string | undefined {
  return unsupported.get(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '')
}
