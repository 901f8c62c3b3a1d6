/** PURE. A telephone number as E.164 has it: a country code that begins with 1 to 9, at most 15 digits in all. */

export type Recipient =
  { readonly ok: true; readonly number: string } | { readonly ok: false; readonly problem: string }

/** Meta's id of a person who may hide the number: the letters of a country, a dot, then letters and digits. */
const BUSINESS_SCOPED_ID = /^[a-z]{2}\.(?:ent\.)?(?=[a-z]*\d)[a-z\d]+(?:…|\.\.\.)?$/i
const NOT_YET =
  'is a business-scoped user id: send-test does not support these yet. Give the telephone number of the same person'

/** People write blanks, dashes, dots and brackets into numbers: they are dropped. */
export function readRecipient(text: string): Recipient {
  const number = text.trim().replaceAll(/[\s().\u2010-\u2015-]/g, '')
  if (number === '') return no('is empty')
  if (BUSINESS_SCOPED_ID.test(text.trim())) return no(NOT_YET)
  if (!/^\+?\d+$/.test(number)) return no('has characters that no telephone number has')
  const digits = number.replace('+', '')
  if (digits.startsWith('00')) return no('begins with 00: write + in its place')
  if (digits.startsWith('0')) return no('begins with 0: write the country code in its place, as in +49…')
  if (digits.length < 7) return no('is too short for a number with its country code')
  if (digits.length > 15) return no('is longer than the 15 digits of E.164: is it an id, not a number?')
  return { ok: true, number: `+${digits}` }
}

function no(problem: string): Recipient {
  return { ok: false, problem }
}
