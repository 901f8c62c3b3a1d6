import type { Explanation } from './explanation.ts'

/** Of Graph, its versions, the clock and the one who asks. */
export const GRAPH_EXPLANATIONS = {
  'graph.version_forwarded': {
    means: 'Graph answers with an older version than the configured one, or the configured one has ended.',
    why: 'The version has been retired.',
    see: '`check` shows both versions. A newer version in place of one that lives is only the [note](#notes) `graph.version_newer`: Graph does that to apps that are younger than the version. The end of a version is announced 90 days before, by the note `graph.version_ends`, and at any time by the metric `whatsapp_token_graph_version_end_timestamp_seconds`.',
    todo: 'Read the changes of the new version before you set it.',
    causes: {
      version_ended: 'an older version answers, or the configured version has ended.',
    },
    related: ['graph.version_unknown'],
  },
  'clock.skewed': {
    means: "This machine's clock and Graph's clock are more than 60 s apart.",
    why: 'No NTP, a machine that slept, or a wrong date from something between this machine and Graph.',
    see: "`check` shows the difference. Dates are judged by Graph's clock. One wrong date in an answer ends nothing: a date has passed only where both clocks say so.",
    causes: {
      clock_wrong: "the `Date` of Graph's answer differs from this machine's clock.",
    },
    related: ['token.expires_soon'],
  },
  'inspector.denied': {
    means: 'Graph does not let this asker inspect the token. It says nothing about the token.',
    why: 'Many apps do not let a token inspect itself; or the app is of the type _Native_; or Meta has blocked the app.',
    see: "`check`, exit 78. Where the token's own reads show that the token has ended, that is the verdict (exit 77): [without a verdict](operating.md#when-debug_token-gives-no-verdict).",
    causes: {
      inspector_not_allowed: '"You must provide an app access token", or a permission that the asker lacks.',
      app_blocked: '"API access blocked", said to the one who asks.',
    },
    related: ['inspector.rejected', 'app.address_denied'],
  },
  'inspector.rejected': {
    means: 'Graph refuses the app id or the app secret. It says nothing about the token.',
    why: 'Mistyped, of another app, the secret was reset, or the app was deleted.',
    see: "`check`, exit 78. Where the token's own reads show that the token has ended, that is the verdict (exit 77), and both findings are shown: after a leak the secret is often reset and the token revoked at once.",
    causes: {
      secret_wrong: 'the app id or the secret is wrong, or the secret was reset.',
      proof_wrong: "Graph does not accept the `appsecret_proof`: the secret is not that of the token's app.",
      app_unknown: '`META_APP_ID` names no app, or the secret is wrong (101, "Provide valid app ID").',
      app_deleted: '"Application has been deleted", said to the app\'s own token.',
    },
    related: ['inspector.denied'],
  },
  'inspector.proof_required': {
    means: 'The app demands `appsecret_proof`.',
    why: '_Require app secret_ is on, and `META_APP_SECRET` is not set.',
    see: '`check` ends with exit 78.',
    causes: {
      proof_required: 'a call without the proof was refused.',
    },
    related: ['inspector.rejected'],
  },
  'graph.version_unknown': {
    means: 'Graph does not know the configured version or path.',
    why: 'A typing mistake in `GRAPH_API_VERSION`, or a path in `GRAPH_API_URL`.',
    see: '`check` ends with exit 78, and shows what Graph said.',
    causes: {
      path_unknown: 'code 2500.',
    },
    related: ['graph.version_forwarded'],
  },
  'graph.unreachable': {
    means: 'The guard gets no connection to Graph, or no answer in time.',
    why: "DNS, firewall, proxy, certificates, or Meta's network.",
    see: '`check --once` shows what failed, such as "DNS: the host name was not resolved (ENOTFOUND)".',
    todo: '`doctor` walks the way to Graph step by step; by hand, `curl -sv https://graph.facebook.com` from the same machine.',
    causes: {
      dns_failed: 'the host name was not resolved.',
      tls_refused: 'the certificate or the TLS handshake was refused.',
      proxy_failed: 'a proxy is set, and it was not found, was not reached, or refused.',
      no_answer_in_time: 'no answer within `TOKEN_GUARD_CHECK_TIMEOUT`.',
      no_connection: 'the connection was refused or broken off, or it failed in a way that is not known here.',
    },
    related: ['graph.stale'],
  },
  'graph.rate_limited': {
    means:
      'Graph throttles this app. The guard asks less often: at most an hour passes between two checks (or the interval, where that is longer).',
    why: 'Something else calls Graph too often with this app.',
    see: "`check`; at `/health/token`, `graph:reachability` has `nextCheck` and `nextCheckDelayedBy`; the log's `check.delayed`; the metric `whatsapp_token_next_check_timestamp_seconds`.",
    todo: 'Wait. `POST /health/token/check` and SIGHUP ask at once all the same.',
    causes: {
      throttled: 'codes 4, 17, 32, 341, 613, 80000–80014 and 130429, or HTTP 429.',
    },
    related: ['graph.stale'],
  },
  'graph.failing': {
    means: "Meta's side fails: Graph answers with an outage.",
    why: 'An outage. Or one read asks for too much: then it is asked again for less, and what is known already stays.',
    see: '`check --once`.',
    causes: {
      transient: 'HTTP 5xx, codes 1 and 2, or an error that Graph calls transient.',
      too_much_asked: '"Please reduce the amount of data", also to the smaller read.',
    },
    related: ['graph.stale'],
  },
  'graph.nonsense': {
    means: 'What answered was not Graph, or did not answer as documented.',
    why: "A proxy's or a login page, or a wrong `GRAPH_API_URL`. Or a list of numbers that is cut off or repeats itself.",
    see: '`check` says what was odd.',
    causes: {
      redirected: 'a redirect (HTTP 3xx), which is not followed.',
      not_graph: 'no JSON, a wrong shape, or more than 1 MiB.',
      list_cut: "the account's list of numbers has no end, or repeats itself.",
    },
    related: ['graph.unreachable'],
  },
  'graph.unrecognised': {
    means: 'Graph gave an error that decides nothing, most often one that this program does not know.',
    why: "A new or rare error of Meta's. Or one read is refused although `debug_token` calls the token valid: `debug_token` counts then.",
    see: '`check` shows code and text.',
    causes: {
      unrecognised: 'the error is not known here.',
      reads_disagree: 'one read calls the token ended, and `debug_token` does not.',
      app_blocked: 'a read says so, and `debug_token` does not.',
      app_deleted: 'a read says so, and `debug_token` does not.',
      app_lacks_permission: "the read of the token's own user (`/me`) is refused so.",
      app_not_for_user: "the read of the token's own user (`/me`) is refused so.",
    },
    related: ['graph.failing'],
  },
  'graph.stale': {
    means: 'Graph has given no definite answer about the token for longer than `TOKEN_GUARD_STALE_AFTER`.',
    why: 'A long outage or throttling.',
    see: "`/health/token`, key `graph:reachability`, and the log's `token.stale`.",
    weight: '`TOKEN_GUARD_STALE_STATUS` decides: `warn` (the default) or `fail`.',
    causes: {
      silence_lasts: 'the last definite answer is too old.',
    },
    related: ['graph.unreachable'],
  },
} as const satisfies Readonly<Record<string, Explanation>>
