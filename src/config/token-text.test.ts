import { describe, expect, test } from 'bun:test'
import { judgeTokenText } from './token-text.ts'

const REAL = `EAAG${'aB3dE5gH7'.repeat(20)}`
const OTHER = `EAAG${'zY9xW8vU7'.repeat(20)}`
const utf16 = (text: string, bom = '') => Buffer.from(bom + text, 'utf16le').toString('utf8')
const base64 = (text: string) => Buffer.from(text).toString('base64')
const wrapped = (text: string) => text.replace(/.{76}/g, '$&\n')

type Case = readonly [name: string, text: string, problem: RegExp]

const encodings: readonly Case[] = [
  ['empty', '', /^is empty$/],
  ['UTF-16 with a BOM', utf16(REAL, '\uFEFF'), /UTF-16/],
  ['UTF-16 without a BOM', utf16(REAL), /UTF-16/],
  ['UTF-16 big-endian', Buffer.from(`\uFEFF${REAL}`, 'utf16le').swap16().toString('utf8'), /UTF-16/],
  ['NUL', `${REAL}\0`, /binary/],
  ['bytes that are no UTF-8', Buffer.from([0x89, 0x50, 0xc3, 0x28, 0x41]).toString('utf8'), /binary/],
  ['a BOM', `\uFEFF${REAL}`, /begins with a byte order mark/],
  ['a BOM read as Latin-1', `ï»¿${REAL}`, /begins with a byte order mark/],
  ['blanks alone', ' \t ', /blanks only/],
]

const wrappings: readonly Case[] = [
  ["a store's JSON", JSON.stringify({ WHATSAPP_TOKEN: REAL, user: 'a' }), /^is JSON/],
  ['JSON on many lines', JSON.stringify({ data: { data: { token: REAL } } }, null, 2), /^is JSON/],
  ['a JSON array', JSON.stringify([REAL]), /^is JSON/],
  ['JSON in quotes', `'${JSON.stringify({ token: REAL })}'`, /^is JSON/],
  ['JSON that is escaped', `{\\"token\\":\\"${REAL}\\"}`, /^is JSON/],
  ['JSON that lost its quotes', `{token:${REAL}}`, /^is JSON/],
  ['JSON that is cut', `{"token": "${REAL}`, /^is JSON/],
  ['base64', base64(REAL), /^is base64 of a token$/],
  ['base64 of a line', base64(`${REAL}\n`), /^is base64 of a token$/],
  ['base64 on lines', wrapped(base64(REAL)), /^is base64 of a token$/],
  ['base64 twice', base64(base64(REAL)), /^is base64 of a token, encoded twice$/],
  ['base64 twice, by echo', base64(`${base64(`${REAL}\n`)}\n`), /encoded twice$/],
  ['base64 three times', base64(base64(base64(REAL))), /encoded three times$/],
  ['base64 of JSON', base64(JSON.stringify({ token: REAL })), /^is base64 of a token$/],
  ['base64 of another text', base64('garbage-garbage-garbage-'.slice(1)), /^is base64 of a text$/],
  ['base64 for URLs', Buffer.from(`${REAL}??>>`).toString('base64url'), /^is base64 of a token$/],
  ["SOPS's cipher text", 'ENC[AES256_GCM,data:abcdefgh,iv:x]', /encrypted/],
  ["dotenvx's cipher text", 'encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt', /encrypted/],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n', /a key or a certificate/],
  ['the address in 1Password', 'op://vault/whatsapp/token', /in a store/],
  ['the name at Google', 'projects/1/secrets/whatsapp/versions/latest', /in a store/],
  ['the ARN at AWS', 'arn:aws:secretsmanager:eu-central-1:1:secret:wa', /in a store/],
  ['a failed command', 'error: secret "whatsapp" not found', /error message/],
  ['a page', '<!DOCTYPE html>\n<title>Login</title>', /web page/],
  ['a whole .env file', `# bot\nWHATSAPP_TOKEN=${REAL}\nMETA_APP_ID=1`, /variable with its value on line 2/],
  ["another variable's line", `${REAL}\nMETA_APP_ID=1`, /variable with its value on line 2/],
  ['double quotes', `"${REAL}"`, /^is in quotes$/],
  ['single quotes', `'${REAL}'`, /^is in quotes$/],
  ['typographic quotes', `“${REAL}”`, /^is in quotes$/],
  ['quotes in quotes', `'"${REAL}"'`, /^is in quotes$/],
  ['escaped quotes', `\\"${REAL}\\"`, /quote/],
  ['Bearer in quotes: the quotes come first', `"Bearer ${REAL}"`, /^is in quotes$/],
  ['a name in quotes: the quotes come first', `"WHATSAPP_TOKEN=${REAL}"`, /^is in quotes$/],
  ['Bearer in front', `Bearer ${REAL}`, /"Bearer "/],
  ['bearer in small letters', `bearer ${REAL}`, /"Bearer "/],
  ['Bearer without a blank', `Bearer${REAL}`, /"Bearer "/],
  ['Bearer alone', 'Bearer', /"Bearer "/],
  ['a whole header', `Authorization: Bearer ${REAL}`, /whole header/],
  ['its own name', `WHATSAPP_TOKEN=${REAL}`, /NAME=/],
  ['its name and quotes', `WHATSAPP_TOKEN="${REAL}"`, /NAME=/],
  ['its name and a comment', `WHATSAPP_TOKEN=${REAL} # mine`, /NAME=/],
  ["a shell's line", `export WHATSAPP_TOKEN=${REAL}`, /NAME=/],
  ["PowerShell's line", `$env:WHATSAPP_TOKEN = '${REAL}'`, /NAME=/],
  ["Compose's line", `- WHATSAPP_TOKEN=${REAL}`, /NAME=/],
  ["YAML's line", `WHATSAPP_TOKEN: ${REAL}`, /NAME=/],
  ["JSON's line", `"WHATSAPP_TOKEN": "${REAL}"`, /NAME=/],
  ["a unit's line", `Environment=WHATSAPP_TOKEN=${REAL}`, /NAME=/],
  ["a URL's part", `access_token=${REAL}`, /NAME=/],
]

const strangers: readonly Case[] = [
  ['an app token', '1234567890|abcdefABCDEF-123_x', /app token/],
  ['an app token in a URL', '1234567890%7CabcdefABCDEF', /app token/],
  ['brackets', `<${REAL}>`, /^is in brackets$/],
  ['a mask', '***', /^is masked/],
  ['a mask after the beginning', 'EAAG****', /^is masked/],
  ['dots as a dashboard has them', '••••••••', /^is masked/],
  ['our own mask', '[secret]', /^is masked/],
  ['its own name', 'WHATSAPP_TOKEN', /name of a variable, not its value/],
  ['a URL', `https://graph.facebook.com/me?access_token=${REAL}`, /^is a URL$/],
  ['a path', '/run/secrets/whatsapp_token', /path of a file/],
  ["Windows' path", 'C:\\secrets\\token.txt', /path of a file/],
  ["Kubernetes' own token", 'eyJhbGciOi.eyJpc3MiOi.c2ln', /JSON Web Token/],
]

const lines: readonly Case[] = [
  ['two tokens', `${REAL}\n${OTHER}`, /holds 2 tokens/],
  [
    'a token over two lines',
    `${REAL.slice(0, 76)}\n${REAL.slice(76)}`,
    /over 2 lines, the first ends at character 76$/,
  ],
  ['a token over three', REAL.replace(/.{70}/g, '$&\r\n'), /over 3 lines, the first ends at character 70$/],
  ['a second line', `${REAL}\n-- mine`, /more than one line: the first ends at character 184$/],
  ['a comment on the second line', `${REAL}\n# mine`, /more than one line/],
  ["Windows' line end", `${REAL}\r`, /carriage return/],
  ['a newline at the end', `${REAL}\n`, /newline at its end/],
  ["Windows' line ends", `${REAL}\r\n\r\n`, /newline at its end/],
  ['a newline at the beginning', `\n${REAL}`, /newline at its beginning/],
]

const characters: readonly Case[] = [
  ['a comment behind', `${REAL} # the bot's`, /comment behind it, from character 185 on/],
  ['a comment without a blank', `${REAL}#bot`, /comment behind it/],
  ['a comment of slashes', `${REAL} // bot`, /comment behind it/],
  ['a comment alone', '# the token', /^is a comment/],
  ['a newline written out', `${REAL}\\n`, /newline that is written out .* at character 185/],
  ['a newline of a URL', `${REAL}%0A`, /newline that is written out/],
  [
    'a zero-width space',
    `${REAL.slice(0, 11)}\u200B${REAL.slice(11)}`,
    /U\+200B \(a zero-width space\) at character 12$/,
  ],
  ['a no-break space at the end', `${REAL}\u00A0`, /U\+00A0 \(a no-break space\) at character 185$/],
  ['a soft hyphen', `EAAG\u00AD${REAL}`, /U\+00AD \(a soft hyphen\) at character 5$/],
  ['a control character', `EAAG\u001B${REAL}`, /U\+001B at character 5$/],
  ['a tag of plane 14', `EAAG\u{E0041}${REAL}`, /U\+E0041 at character 5$/],
  ['a BOM inside', `EAAG\uFEFF${REAL}`, /U\+FEFF \(a byte order mark\) at character 5$/],
  ['a blank before', ` ${REAL}`, /blank before it/],
  ['a blank after', `${REAL} `, /blank after it/],
  ['a blank inside', `EAAG ${REAL}`, /blank in it, at character 5$/],
  ['a quote inside', `EAAG"${REAL}`, /quote in it, at character 5$/],
  ['one quote', `${REAL}"`, /quote in it, at character 185$/],
  ['a cut', 'EAAGabc...xyz', /shortened/],
  ['a comma', `${REAL},`, /comma behind/],
  ['a semicolon', `${REAL};`, /semicolon behind/],
  ['the same twice', REAL + REAL, /is there twice/],
  ['another character', `${REAL}-`, /character that no token has, at character 185$/],
  ['a letter beyond ASCII', `EAAG\u0410${REAL}`, /character that no token has, at character 5$/],
]

const ALL = [...encodings, ...wrappings, ...strangers, ...lines, ...characters]

/** Whether one text holds any eight characters in a row of the other. */
function shares(text: string, secret: string): boolean {
  return Array.from({ length: Math.max(0, secret.length - 7) }, (_, at) => secret.slice(at, at + 8)).some((part) =>
    text.includes(part),
  )
}

const messageOf = (text: string) => Object.values(judgeTokenText(text) ?? {}).join('\n')

describe('judgeTokenText names', () => {
  test.each(ALL)('%s', (_name, text, problem) => {
    expect(judgeTokenText(text)?.problem).toMatch(problem)
    for (const secret of [REAL, OTHER, base64(REAL)]) expect(shares(messageOf(text), secret)).toBe(false)
  })

  test.each(ALL)('%s, with what to do', (_name, text) => {
    expect(judgeTokenText(text)?.expected).toMatch(/token|^one /)
  })

  test('a new token as the remedy only if the text does not hold one', () => {
    const advised = ALL.filter(([, text]) => /generate/.test(messageOf(text))).map(([name]) => name)
    expect(advised).toEqual([
      'empty',
      'blanks alone',
      'a mask',
      'a mask after the beginning',
      'dots as a dashboard has them',
      'our own mask',
      'a cut',
    ])
  })

  test.each([
    'your_token_here',
    'YOUR_TOKEN',
    'your-access-token',
    '<token>',
    '<YOUR TOKEN>',
    '[token]',
    '{{token}}',
    'EAAxxxx',
    'EAAxxxxxxxxxxxxxxxx',
    'EAAG...',
    'EAA…',
    '…',
    '...',
    'changeme',
    'change_me',
    'replace_me',
    'REPLACE_WITH_TOKEN',
    'replaceme',
    'undefined',
    'null',
    'None',
    'todo',
    'n/a',
    'xxx',
    'paste-token-here',
    'insert_token',
    'token_here',
    '%WHATSAPP_TOKEN%',
    '[object Object]',
    'my_token',
    'yourtokenhere',
    'placeholder',
    'whatsapp_token_here',
  ])('the placeholder %s', (text) => {
    expect(judgeTokenText(text)?.problem).toBe('is a placeholder')
  })

  test.each([
    '${WHATSAPP_TOKEN}',
    '$TOKEN',
    '$env:TOKEN',
    '${TOKEN:-x}',
    '$(cat token)',
    '${{ secrets.TOKEN }}',
    'process.env.TOKEN',
  ])('the reference %s', (text) => {
    expect(judgeTokenText(text)?.problem).toMatch(/another variable/)
  })
})

describe('judgeTokenText lets pass', () => {
  test.each([REAL, OTHER, 'garbage', 'EAASANDBOX1a2b', 'x', '123', 'TESTTOKEN', 'RUFB'])('%s', (text) => {
    expect(judgeTokenText(text)).toBeNull()
  })
})
