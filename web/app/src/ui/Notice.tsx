// What has just happened: seen for a moment, and read out without taking the focus.
import { useEffect, useState } from 'preact/hooks'
import { notice } from '../view/desk'

const shownFor = 5000

export function Notice() {
  const now = notice.value
  const [gone, setGone] = useState(0)
  useEffect(() => {
    if (!now) return
    const timer = setTimeout(() => setGone(now.id), shownFor)
    return () => clearTimeout(timer)
  }, [now?.id])
  return (
    <div class="notice" role="status" aria-live="polite">
      {now && now.id !== gone && <p>{now.text}</p>}
    </div>
  )
}
