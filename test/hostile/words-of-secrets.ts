import { variables } from '../process/graph.ts'

/** Good answers whose words and addresses hold what Graph was sent: the facts that are kept, shown and compared. */

const { META_APP_ID, WHATSAPP_BUSINESS_ACCOUNT_ID: ACCOUNT, WHATSAPP_PHONE_NUMBER_ID: PHONE } = variables('')
const SCOPES = ['business_management', 'whatsapp_business_messaging', 'whatsapp_business_management']

/** `word` in each place where Graph has one of its own, `address` in each that names one. */
export type Held = { readonly word: string; readonly address: string }

/** Every question is answered well. */
export function answerThatHolds(request: Request, { word, address }: Held): Response {
  const path = new URL(request.url).pathname.replace(/^\/v[\d.]+/, '')
  return Response.json(bodyOf(path, word, address))
}

function bodyOf(path: string, word: string, address: string): object {
  if (path === '/debug_token') return { data: debugged(word) }
  if (path === `/${ACCOUNT}`)
    return { id: ACCOUNT, name: word, status: word, account_review_status: word, ...health(word) }
  if (path === `/${PHONE}`)
    return {
      id: PHONE,
      display_phone_number: word,
      verified_name: word,
      status: word,
      platform_type: word,
      webhook_configuration: { phone_number: address, whatsapp_business_account: address, application: address },
      ...health(word),
    }
  if (path.endsWith('/phone_numbers')) return { data: [{ id: PHONE, display_phone_number: word }] }
  if (path.endsWith('/subscribed_apps'))
    return {
      data: [
        { whatsapp_business_api_data: { id: META_APP_ID, name: word, link: address }, override_callback_uri: address },
      ],
    }
  if (path.endsWith('/subscriptions'))
    return { data: [{ object: 'whatsapp_business_account', callback_url: address, fields: [{ name: word }, word] }] }
  return { id: '1', name: word }
}

function debugged(word: string): object {
  return {
    is_valid: true,
    // The token has to pass: then all other facts are kept.
    type: `X_${word}`.slice(0, 60),
    app_id: META_APP_ID,
    user_id: '122100987654321',
    application: word,
    scopes: [...SCOPES, word],
    granular_scopes: [{ scope: word, target_ids: [word, '1'] }],
    expires_at: 0,
    data_access_expires_at: 0,
    issued_at: 1_700_000_000,
  }
}

function health(word: string): object {
  const entity = {
    entity_type: word,
    id: '1',
    can_send_message: word,
    errors: [{ error_code: 1, error_description: word, possible_solution: word }],
    additional_info: [word],
  }
  return { health_status: { can_send_message: word, entities: [entity] } }
}
