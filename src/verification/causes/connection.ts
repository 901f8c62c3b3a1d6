import { NOT_KNOWN_HERE, type Cause } from './cause.ts'

const STATUS_PAGE = 'If it lasts, look at https://metastatus.com. The last definite answer stays in force.'

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
    remedy:
      'Fewer calls are made until Graph answers again. Look for what else calls Graph with this app. The last definite answer stays in force.',
    step: null,
  },
  path_unknown: {
    class: 'path_unknown',
    sentence: 'Graph does not know the configured version',
    remedy:
      'Set GRAPH_API_VERSION to a version that exists (v25.0; developers.facebook.com/docs/graph-api/changelog), and check the path of GRAPH_API_URL.',
    step: null,
  },
  field_unknown: {
    class: 'field_unknown',
    sentence: 'Graph refuses this read',
    remedy: NOT_KNOWN_HERE,
    step: null,
  },
  unrecognised: {
    class: 'unrecognised',
    sentence: 'Graph answers with an error that decides nothing',
    remedy: NOT_KNOWN_HERE,
    step: null,
  },
  no_connection: {
    class: null,
    remedy: `Check DNS, the firewall, HTTPS_PROXY and the certificates (NODE_EXTRA_CA_CERTS) between this machine and Graph. ${STATUS_PAGE}`,
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
      'Graph no longer serves the configured version and answers with another one. Set GRAPH_API_VERSION to a version that is alive (developers.facebook.com/docs/graph-api/changelog).',
    step: null,
  },
  clock_wrong: {
    class: null,
    remedy: "Set this machine's clock (NTP: timedatectl, chronyc). Dates are judged by Graph's clock meanwhile.",
    step: null,
  },
} as const satisfies Record<string, Cause>
