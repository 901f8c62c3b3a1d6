/** @jsxImportSource hono/jsx */
import { causeFields } from '../../verification/causes.ts'
import type { Finding } from '../../verification/finding.ts'
import { Badge } from './parts.tsx'
import type { View } from './words.ts'

type Props = { readonly findings: readonly Finding[]; readonly view: View }

/** Each finding with what to do about it, the gravest first. */
export function Findings({ findings, view }: Props) {
  if (findings.length === 0) return <></>
  return (
    <section id="findings" aria-labelledby="what-to-do">
      <h2 id="what-to-do">What to do</h2>
      {findings.map((finding, index) => (
        <FindingCard finding={finding} id={anchorOf(findings, index)} view={view} />
      ))}
    </section>
  )
}

/** The first of a code has the code's own name: the checks link there. */
function anchorOf(findings: readonly Finding[], index: number): string {
  const code = findings[index]?.code ?? ''
  const before = findings.slice(0, index).filter((each) => each.code === code).length
  return before === 0 ? code : `${code}-${before + 1}`
}

type CardProps = { readonly finding: Finding; readonly id: string; readonly view: View }

function FindingCard({ finding, id, view }: CardProps) {
  const { code, severity, summary, expected, observed } = finding
  const status = severity === 'fail' ? 'fail' : 'warn'
  return (
    <article id={id} class={`card finding ${status}`}>
      <p class="kind">
        <Badge status={status} text={severity} /> <code>{code}</code>
      </p>
      <h3>{summary}</h3>
      {causeFields(finding.causes).map(({ name, remedy, step }) => (
        <p data-cause={name}>
          {remedy}
          {step === null ? '' : ` (Guide: step ${step}.)`}
        </p>
      ))}
      {view === 'operator' && (
        <dl>
          <dt>Expected</dt>
          <dd>{expected}</dd>
          <dt>Graph said</dt>
          <dd>{observed}</dd>
        </dl>
      )}
    </article>
  )
}
