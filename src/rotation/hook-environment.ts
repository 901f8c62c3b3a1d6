/** PURE. What a hook gets of the environment: neither a secret's variable, nor any other that holds a secret. */

type Environment = Readonly<Record<string, string | undefined>>

/** `names`: of the variables that hold secrets, or name their files; `secrets`: their texts. */
export function hookEnvironment(env: Environment, names: readonly string[], secrets: readonly string[]): Environment {
  const holdsSecret = (value = '') => secrets.some((secret) => secret !== '' && value.includes(secret))
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => !names.includes(name) && !holdsSecret(value)))
}
