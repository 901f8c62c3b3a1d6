import { capital, listed } from '../verification/words.ts'

/** Where a token came from. */
export type TokenOrigin = {
  /** `environment`, `.env.local`, `.env`, `env-file`, `library`; with ` → PATH` where a `_FILE` names one. */
  readonly from: string
  /** `null` where the text there is no token. */
  readonly fingerprint: string | null
}

/** Where the token in use came from, and which weaker sources hold another one. Never holds a token. */
export type TokenSource = TokenOrigin & { readonly others: readonly TokenOrigin[] }

const ARROW = ' → '
const WORDS: Readonly<Record<string, string>> = {
  environment: 'the environment',
  'command-line': 'the command line',
  'env-file': 'the file of --env-file',
  library: 'an option of the library',
}

/** `the environment, fingerprint 0123456789ab` */
export function originText({ from, fingerprint }: TokenOrigin): string {
  return fingerprint === null ? placeText(from) : `${placeText(from)}, fingerprint ${fingerprint}`
}

/** What holds the token, in words. */
export function placeText(from: string): string {
  const at = from.indexOf(ARROW)
  return at < 0 ? sourceText(from) : `${from.slice(at + ARROW.length)} (WHATSAPP_TOKEN_FILE in ${sourceText(from)})`
}

/** Which other tokens were not used; `null` where there is no other. */
export function othersText({ from, others }: TokenSource): string | null {
  if (others.length === 0) return null
  const held = others.map((other) =>
    other.fingerprint === null
      ? `${placeText(other.from)} holds another text, which is no token`
      : `${placeText(other.from)} holds another token (fingerprint ${other.fingerprint})`,
  )
  return `${listed(held)}: not used, because ${sourceText(from)} comes first.`
}

/** The same with how to use one of them. */
export function othersAdvice(source: TokenSource): string | null {
  const others = othersText(source)
  const isUsable = source.others.some(({ fingerprint }) => fingerprint !== null)
  return others === null || !isUsable ? others : `${others} ${howToUseOther(source.from)}`
}

/** What makes the program use a token of a weaker source than this one. */
export function howToUseOther(from: string): string {
  const name = from.includes(ARROW) ? 'WHATSAPP_TOKEN_FILE' : 'WHATSAPP_TOKEN'
  if (!from.startsWith('environment')) return `To use the other one, remove ${name} from ${sourceText(from)}.`
  return `To use the other one, unset ${name} in the environment, or restart so that the environment is read again: pm2 restart NAME --update-env, docker compose up -d, a new shell.`
}

/** All of it, as sentences for a log line. */
export function sourceSentences(source: TokenSource | null | undefined): string {
  if (source === null || source === undefined) return ''
  const others = othersAdvice(source)
  return ` The token comes from ${originText(source)}.${others === null ? '' : ` ${capital(others)}`}`
}

/** Whether the token's own text, or its file, is what is wrong. */
export function isTokenFaulty(faults: readonly { readonly name: string }[]): boolean {
  return faults.some(({ name }) => name.startsWith('WHATSAPP_TOKEN'))
}

/** The source alone, without the path that its `_FILE` names. */
function sourceText(from: string): string {
  const [source = from] = from.split(ARROW)
  return WORDS[source] ?? source
}
