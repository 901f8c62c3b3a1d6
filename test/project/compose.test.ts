import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { parseDuration } from '../../src/config/durations.ts'
import { VARIABLES, VARIABLE_NAMES, variable } from '../../src/config/variables.ts'
import { ROUTES } from '../../src/http/routes.ts'
import { NAME } from '../../src/platform/version.ts'
import { ROOT } from './sources.ts'

/** Compose and the program understand deploy/compose. test/system/compose.ts runs it. */

const FILE = `${ROOT}deploy/compose/compose.yaml`
const text = readFileSync(FILE, 'utf8')
const dockerfile = readFileSync(`${ROOT}Dockerfile`, 'utf8')

const duration = z.string().refine((value) => parseDuration(value) !== null)
/** What the file uses of the Compose Specification, and nothing else: a slip in a key would be ignored or refused. */
const service = z.strictObject({
  image: z.string(),
  user: z.string().regex(/^\d+:\d+$/),
  environment: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
  volumes: z.array(z.string().regex(/^\.\/[^:]+:\/[^:]+$/)),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD')], z.string()),
    interval: duration,
    timeout: duration,
    retries: z.int(),
    start_period: duration,
  }),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })),
  restart: z.string().regex(/^(no|always|unless-stopped|on-failure(:\d+)?)$/),
  stop_grace_period: duration,
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string().regex(/^\d+m$/),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)),
})
const compose = z.strictObject({
  services: z.strictObject({
    'token-guard': service.omit({ depends_on: true }),
    bot: service.partial().required({ image: true, environment: true, depends_on: true, secrets: true, restart: true }),
  }),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().regex(/^\.\/secrets\//) })),
})
const { services, secrets } = compose.parse(Bun.YAML.parse(text))
const { 'token-guard': guard, bot } = services

const ms = (value: string) => parseDuration(value) ?? Infinity
const defaultMs = (name: 'TOKEN_GUARD_BOOT_TIMEOUT' | 'TOKEN_GUARD_CHECK_TIMEOUT') => ms(VARIABLES[name].default ?? '')
const KNOWN_NAMES = VARIABLE_NAMES.flatMap((name) => (variable(name).file ? [name, `${name}_FILE`] : [name]))

test('the guard is the image of this project, and locked down', () => {
  expect(guard).toMatchObject({
    image: NAME,
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: '256m',
  })
  expect(dockerfile).toContain(`USER ${guard.user}\n`)
})

describe.each(Object.entries(services))('%s', (_name, { environment, secrets: read = [] }) => {
  test('sets only our variables', () => {
    const others = ['TOKEN_GUARD_REPORT_URL']
    expect(Object.keys(environment).filter((name) => ![...KNOWN_NAMES, ...others].includes(name))).toEqual([])
  })

  test('gets exactly the secrets that its variables name', () => {
    const files = Object.entries(environment).flatMap(([name, path]) => (name.endsWith('_FILE') ? path : []))
    expect(files).toEqual(read.map((name) => `/run/secrets/${name}`))
    expect(read.filter((name) => secrets[name]?.file !== `./secrets/${name}`)).toEqual([])
    // None by itself, which `docker inspect` would show.
    const values = KNOWN_NAMES.filter((name) => KNOWN_NAMES.includes(`${name}_FILE`))
    expect(Object.keys(environment).filter((name) => values.includes(name))).toEqual([])
  })
})

test('no secret is left unused', () => {
  expect(Object.keys(secrets).toSorted()).toEqual([...new Set([...guard.secrets, ...(bot.secrets ?? [])])].toSorted())
})

test('the state is on the volume', () => {
  const folders = guard.volumes.map((volume) => volume.split(':')[1] ?? '')
  expect(folders).toContain(dirname(guard.environment['TOKEN_GUARD_STATE_PATH'] ?? ''))
})

test('the probe is the image’s own, and waits longer than the boot may take', () => {
  const [, arguments_ = ''] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile) ?? []
  expect(guard.healthcheck.test.slice(1)).toEqual(JSON.parse(arguments_))
  // A refusal is confirmed a second later, even after the boot time.
  const bootMs = defaultMs('TOKEN_GUARD_BOOT_TIMEOUT') + defaultMs('TOKEN_GUARD_CHECK_TIMEOUT') + 1_000
  expect(ms(guard.healthcheck.start_period)).toBeGreaterThan(bootMs)
})

test('the grace is longer than the guard takes', () => {
  const delayMs = ms(guard.environment['TOKEN_GUARD_STOP_DELAY'] ?? '0s')
  expect(ms(guard.stop_grace_period)).toBeGreaterThanOrEqual(delayMs + 5_000)
})

test('the bot waits for the guard, and reports to it', () => {
  expect(Object.keys(bot.depends_on)).toEqual(['token-guard'])
  const url = new URL(bot.environment['TOKEN_GUARD_REPORT_URL'] ?? '')
  expect([url.hostname, guard.ports]).toEqual([
    'token-guard',
    [`127.0.0.1:${url.port}:${VARIABLES.TOKEN_GUARD_PORT.default}`],
  ])
  expect<readonly string[]>(ROUTES.report.paths).toContain(url.pathname)
  // Neither starts by itself after a reboot: the bot would not wait.
  expect([guard.restart, bot.restart]).toEqual(['on-failure:3', 'on-failure'])
})
