import { NOT_KNOWN_HERE, type Cause } from './cause.ts'

const IN_FORCE = 'In service the last definite answer stays in force.'
const STATUS_PAGE = `If it lasts, look at https://metastatus.com. ${IN_FORCE}`
const UNKNOWN = { remedy: NOT_KNOWN_HERE, step: null } as const

/** What may be wrong on the way to Graph, and with Graph itself. */
export const CONNECTION_CAUSES = {
  too_much_asked: {
    class: 'too_much_asked',
    sentence: 'Graph says that the request asks for too much',
    remedy: `Meta's side fails: nothing to mend here. ${STATUS_PAGE}`,
    step: null,
  },
  transient: {
    class: 'transient',
    sentence: "Graph reports a fault of Meta's",
    remedy: `Meta's side fails: nothing to mend here. ${STATUS_PAGE}`,
    step: null,
  },
  throttled: {
    class: 'throttled',
    sentence: 'Graph throttles us',
    remedy: `Graph is asked less often until it answers again; asking more makes it worse. Look for what else calls Graph with this app. ${IN_FORCE}`,
    step: null,
  },
  path_unknown: {
    class: 'path_unknown',
    sentence: 'Graph does not know the configured version',
    remedy:
      'Set GRAPH_API_VERSION to a version that exists (v25.0; see developers.facebook.com/docs/graph-api/changelog), and check the path of GRAPH_API_URL. The token is not the cause.',
    step: null,
  },
  field_unknown: { class: 'field_unknown', sentence: 'Graph refuses this read', ...UNKNOWN },
  unrecognised: {
    class: 'unrecognised',
    sentence: 'Graph answers with an error that decides nothing',
    ...UNKNOWN,
  },
  list_cut: {
    class: null,
    remedy:
      'Graph cut off its list of the numbers of the account, or repeated it, so the list decides nothing; the number itself is read all the same. Nothing is to be mended here. If it lasts for days, report it to Meta.',
    step: null,
  },
  reads_disagree: {
    class: null,
    remedy:
      'Graph refused a read as if the token had ended, and nothing else says so: this decides nothing, and usually passes by itself. If it stays for hours, generate a new token (guide step 4).',
    step: 4,
  },
  dns_failed: {
    class: null,
    remedy: `This machine cannot look up Graph's host name. Check its DNS (try: getent hosts graph.facebook.com), in a container that of the container, and the host in GRAPH_API_URL. ${IN_FORCE}`,
    step: null,
  },
  tls_refused: {
    class: null,
    remedy: `The certificate on the way to Graph is not trusted, or the handshake failed. Behind a proxy that opens TLS, name its certificate in NODE_EXTRA_CA_CERTS; else check this machine's clock and its CA certificates. Do not turn the verification off: the token would go to whoever answers.`,
    step: null,
  },
  proxy_failed: {
    class: null,
    remedy: `The proxy was not reached, or refused the connection. Check HTTPS_PROXY and NO_PROXY, and that the proxy lets graph.facebook.com:443 through. ${IN_FORCE}`,
    step: null,
  },
  no_answer_in_time: {
    class: null,
    remedy: `Graph, or what is in between, took longer than TOKEN_GUARD_CHECK_TIMEOUT. Check whether a firewall drops connections to graph.facebook.com:443 (try: curl -m 5 https://graph.facebook.com). ${IN_FORCE}`,
    step: null,
  },
  no_connection: {
    class: null,
    remedy: `Nothing accepted the connection, or it was broken off. Check the firewall between this machine and graph.facebook.com:443, and GRAPH_API_URL. ${IN_FORCE}`,
    step: null,
  },
  redirected: {
    class: null,
    remedy: `Something else answered, and sends to another address: a login page of a network, a proxy, or a wrong GRAPH_API_URL. Redirects are not followed, so that the token goes to Graph alone. ${IN_FORCE}`,
    step: null,
  },
  not_graph: {
    class: null,
    remedy: `What answered was not Graph, or not as documented: check GRAPH_API_URL and any proxy in between. ${STATUS_PAGE}`,
    step: null,
  },
  silence_lasts: {
    class: null,
    remedy: 'The reason why Graph gives no answer is shown under graph:reachability.',
    step: null,
  },
  version_ended: {
    class: null,
    remedy:
      'Graph no longer serves the configured version and answers with another one. Set GRAPH_API_VERSION to a version that is alive (see developers.facebook.com/docs/graph-api/changelog). The token is not the cause.',
    step: null,
  },
  clock_wrong: {
    class: null,
    remedy:
      "Set this machine's clock (NTP: timedatectl, chronyc). Dates are judged by Graph's clock meanwhile; an end counts when both clocks say so.",
    step: null,
  },
} as const satisfies Record<string, Cause>
