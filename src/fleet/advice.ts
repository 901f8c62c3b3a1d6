/** PURE. Advice names the variables of a single guard. A fleet keeps the same things elsewhere. */

const PLACES: Readonly<Record<string, string>> = {
  WHATSAPP_TOKEN: 'your store of tokens',
  // Columns of the list.
  WHATSAPP_BUSINESS_ACCOUNT_ID: 'business_account_id',
  WHATSAPP_PHONE_NUMBER_ID: 'phone_number_id',
}

export function inFleet(text: string): string {
  return text.replaceAll(/\bWHATSAPP_[A-Z_]+\b/g, (name) => PLACES[name] ?? name)
}
