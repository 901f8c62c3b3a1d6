/** Made up; digits as Graph's are. Strings, since they outgrow a double. */
export const IDS = {
  app: '1098765432101234',
  otherApp: '2098765432104321',
  business: '504030201060708',
  otherBusiness: '504030201060799',
  businessAccount: '102030405060708',
  otherBusinessAccount: '102030405060799',
  phoneNumber: '106070809010203',
  secondPhoneNumber: '106070809010204',
  systemUser: '122100987654321',
  template: '594425479261596',
  /** Meta's own, as it is listed under test accounts. */
  metaWebhookApp: '2202427980234937',
} as const
