// Feeds notifications to grip-connect's own parser and prints what it makes of them, as JSON.
// Input: a list of [opcode written before, or null; notification in hex].
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const { Progressor } = await import(pathToFileURL(join(process.argv[2], "dist", "index.js")))
const device = new Progressor()
device.notify(() => {}) // else it prints every reading
const responses = []
device.writeCallback = (text) => responses.push(text)
for (const [opcode, hex] of JSON.parse(readFileSync(0, "utf8"))) {
  if (opcode !== null) device.writeLast = String.fromCharCode(opcode)
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"))
  device.handleNotifications(new DataView(bytes.buffer))
}
const readings = device.downloadPackets.map((packet) => [packet.samples[0], packet.performance.sampleIndex])
console.log(JSON.stringify({ responses, readings }))
