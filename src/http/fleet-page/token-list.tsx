/** @jsxImportSource hono/jsx */
import type { ListedRow } from '../../fleet/reading.ts'
import type { FleetSearch, ListPage } from '../../fleet/worst-first.ts'
import { Badge, When } from '../page/parts.tsx'
import { isSearch, listAddress, tokenAddress } from './addresses.ts'
import { FLEET_STATUSES } from './fleet-words.ts'
import { Stranger } from './stranger.tsx'

type ListProps = {
  readonly search: FleetSearch
  readonly list: ListPage
  /** To choose from. */
  readonly codes: readonly string[]
  readonly nowMs: number
}

/** The tokens, the worst first, a page at a time. */
export function TokenList({ search, list, codes, nowMs }: ListProps) {
  return (
    <section id="tokens" aria-labelledby="all-tokens">
      <h2 id="all-tokens">Tokens, the worst first</h2>
      <SearchForm search={search} codes={codes} />
      {list.rows.length === 0 ? (
        <p class="card" id="none">
          {isSearch(search) ? 'No token is like this.' : 'There is no token here.'}
        </p>
      ) : (
        <Table rows={list.rows} nowMs={nowMs} />
      )}
      <Pages search={search} list={list} />
    </section>
  )
}

type FormProps = Pick<ListProps, 'search' | 'codes'>

/** A form that asks for this page: it works without a script. */
function SearchForm({ search, codes }: FormProps) {
  const { text, status, code, app, tenant } = search
  return (
    <form method="get" action="#tokens" role="search" class="search">
      <label>
        Id or tenant, or how it begins
        <input type="search" name="q" id="find" value={text ?? ''} autocomplete="off" spellcheck={false} />
      </label>
      <Choice name="status" label="Status" options={FLEET_STATUSES} chosen={status} />
      <Choice name="code" label="Finding" options={codes} chosen={code} />
      {app !== null && <input type="hidden" name="app" value={app} />}
      {tenant !== null && <input type="hidden" name="tenant" value={tenant} />}
      <button type="submit">Search</button>
      <p class="chips">
        {tenant !== null && <Chip name="Tenant" text={tenant} without={{ ...search, tenant: null }} />}
        {app !== null && <Chip name="App" text={app} without={{ ...search, app: null }} />}
        {isSearch(search) && <a href={listAddress({})}>Show all tokens</a>}
      </p>
    </form>
  )
}

type ChoiceProps = {
  readonly name: string
  readonly label: string
  readonly options: readonly string[]
  readonly chosen: string | null
}

function Choice({ name, label, options, chosen }: ChoiceProps) {
  const others = chosen === null || options.includes(chosen) ? [] : [chosen]
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">any</option>
        {[...options, ...others].map((each) => (
          <option value={each} selected={each === chosen} id={`${name}-${encodeURIComponent(each)}`}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}

type ChipProps = { readonly name: string; readonly text: string; readonly without: FleetSearch }

function Chip({ name, text, without }: ChipProps) {
  return (
    <span>
      {name}: <Stranger text={text} />{' '}
      <a href={listAddress(without)}>
        any<span class="unseen"> {name.toLowerCase()}</span>
      </a>
    </span>
  )
}

/** On a narrow screen each row is a block: its roles keep it a table for those who listen. */
function Table({ rows, nowMs }: { readonly rows: readonly ListedRow[]; readonly nowMs: number }) {
  return (
    <div class="card list">
      <table role="table" aria-labelledby="all-tokens">
        <thead role="rowgroup">
          <tr role="row">
            {['Status', 'Token', 'Tenant', 'App', 'What is wrong', 'Checked'].map((name) => (
              <th role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row row={row} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({
  row: { id, tenant, appId, status, codes, checkedAt },
  nowMs,
}: {
  readonly row: ListedRow
  readonly nowMs: number
}) {
  return (
    <tr role="row" id={`token-${encodeURIComponent(id)}`}>
      <td role="cell">
        <Badge status={status} />
      </td>
      <th role="rowheader" scope="row">
        <a href={tokenAddress(id)}>
          <Stranger text={id} />
        </a>
      </th>
      <td role="cell" data-name="Tenant">
        {tenant !== null && (
          <a href={listAddress({ tenant })}>
            <Stranger text={tenant} />
          </a>
        )}
      </td>
      <td role="cell" data-name="App">
        {appId !== null && (
          <a href={listAddress({ app: appId })}>
            <Stranger text={appId} />
          </a>
        )}
      </td>
      <td role="cell">
        {codes.map((code) => (
          <code>{code} </code>
        ))}
      </td>
      <td role="cell" class="soft" data-name="Checked">
        {checkedAt === null ? 'not yet' : <When ms={Date.parse(checkedAt)} nowMs={nowMs} />}
      </td>
    </tr>
  )
}

/** Backwards and onwards. */
function Pages({ search, list: { rows, hasBefore, hasAfter } }: Pick<ListProps, 'search' | 'list'>) {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!hasBefore && !hasAfter) return <></>
  return (
    <nav class="pages" aria-label="Pages of tokens">
      {hasBefore && <a href={listAddress(search)}>First</a>}
      {hasBefore && first !== undefined && (
        <a href={listAddress(search, { direction: 'backwards', place: first })} rel="prev">
          Previous
        </a>
      )}
      {hasAfter && last !== undefined && (
        <a href={listAddress(search, { direction: 'onwards', place: last })} rel="next">
          Next
        </a>
      )}
    </nav>
  )
}
