/** `require()` cannot wait, and this preload must: the backend may not begin before the token has passed. */
throw new Error(
  'whatsapp-token-guard/boot verifies the token before your first line runs, which require() cannot wait for. ' +
    'Start with "node --import whatsapp-token-guard/boot app.js", or on Bun put preload = ["whatsapp-token-guard/boot"] into bunfig.toml.',
)
