/** @jsxImportSource hono/jsx */
import type { Note } from '../../verification/notes.ts'

/** What is worth knowing and changes no status. */
export function Notes({ notes }: { readonly notes: readonly Note[] }) {
  if (notes.length === 0) return <></>
  return (
    <section id="notes" aria-labelledby="worth-knowing">
      <h2 id="worth-knowing">Worth knowing</h2>
      <div class="card">
        {notes.map(({ text }) => (
          <p>{text}</p>
        ))}
      </div>
    </section>
  )
}
