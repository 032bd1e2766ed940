// Reads what a person drops or chooses: files, and folders with all that is in them.

export interface Chosen {
  /** Relative, with `/` between folders. */
  name: string
  /** Null when the browser may not read it. */
  file: File | null
}

/** Files that systems leave in folders, and hidden ones. */
const isNoise = (name: string) => name.split('/').some(part => part.startsWith('.') || part === 'Thumbs.db' || part === 'desktop.ini')

export async function filesOfDrop (data: DataTransfer): Promise<Chosen[]> {
  // The entries must be taken at once: the list is empty after the event.
  const entries = [...data.items].map(item => item.webkitGetAsEntry?.() ?? null).filter(entry => entry !== null)
  if (entries.length === 0) return filesOfInput(data.files)
  return (await Promise.all(entries.map(filesOfEntry))).flat().filter(({ name }) => !isNoise(name))
}

export function filesOfInput (files: FileList): Chosen[] {
  return [...files].map(file => ({ name: file.webkitRelativePath || file.name, file })).filter(({ name }) => !isNoise(name))
}

async function filesOfEntry (entry: FileSystemEntry): Promise<Chosen[]> {
  const name = entry.fullPath.replace(/^\//, '')
  if (entry.isFile) {
    const file = await new Promise<File | null>(resolve => (entry as FileSystemFileEntry).file(resolve, () => resolve(null)))
    return [{ name, file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const all: FileSystemEntry[] = []
  // It gives a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[] | null>(resolve => reader.readEntries(resolve, () => resolve(null)))
    if (some === null) return [{ name, file: null }]
    if (some.length === 0) break
    all.push(...some)
  }
  return (await Promise.all(all.map(filesOfEntry))).flat()
}
