import { createLightship } from 'lightship'
const lightship = await createLightship({ detectKubernetes: false, port: 0 })
lightship.signalReady()
console.log(`port ${lightship.server.address().port}`)
