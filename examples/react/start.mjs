// Serves the app by vite, whose proxy stands for your own server: it is the one that knows Causerie's address and its key.
import { createServer } from 'vite'
import { startService } from '../start-service.mjs'

const port = Number(process.env.PORT ?? 5171)
const causerie = await startService(`http://127.0.0.1:${port}`)
const key = process.env.CAUSERIE_KEY

const server = await createServer({
  root: import.meta.dirname,
  server: {
    host: '127.0.0.1',
    port,
    strictPort: true,
    proxy: {
      '/api/chat': { target: causerie, changeOrigin: true, headers: key ? { authorization: `Bearer ${key}` } : {} },
    },
  },
})
await server.listen()
console.log(`The app is open: http://127.0.0.1:${port}`)
