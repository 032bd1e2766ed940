import { createRoot } from 'react-dom/client'
import { Chat } from './chat.jsx'
import './app.css'

createRoot(document.getElementById('app')).render(<Chat />)
