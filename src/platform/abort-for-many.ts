import { setMaxListeners } from 'node:events'

/** For a signal to which as many listen as there is work under way. Node warns from eleven on. */
export function abortForMany(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
