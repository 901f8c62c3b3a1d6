import type { NextConfig } from 'next'

export default { serverExternalPackages: ['whatsapp-token-guard'] } satisfies NextConfig
