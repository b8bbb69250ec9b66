// The sketch on a bare RP2040 in rp2040js, a Raspberry Pi Pico by other people, with an ADS131M04 on its SPI.
//
// node rp2040js.mjs RP2040JS < {"image", "rows", "start"}: prints {"sent"}. No boot ROM: it begins at the vectors.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Ads131m04 } from "./ads131m04.mjs"

const { Simulator } = createRequire(import.meta.url)(process.argv[2])
const asked = JSON.parse(readFileSync(0, "utf8"))
const HZ = 24e6, MS = 1e6, PIN = { select: 17, drdy: 20, reset: 21 } // a fifth of a Pico's clock: it is simulated slowly

const { rp2040, clock } = new Simulator()
rp2040.logger = { debug() {}, info() {}, warn() {}, error: (where, what) => console.error(where, what) }
rp2040.flash.set(Buffer.from(asked.image, "base64"))
rp2040.core.SP = rp2040.flashView.getUint32(0, true)
rp2040.core.PC = rp2040.flashView.getUint32(4, true) & ~1

let due = MS
const adc = new Ads131m04(asked.rows, (level) => rp2040.gpio[PIN.drdy].setInputValue(level), () => (due = clock.nanos + 4 * MS))
rp2040.spi[0].onTransmit = (byte) => rp2040.spi[0].completeTransmit(adc.exchange(byte, rp2040.spi[0].spiMode === 1))
rp2040.gpio[PIN.select].addListener((state) => adc.select(state === 0))
rp2040.gpio[PIN.reset].addListener((state) => state === 0 && adc.reset())

const sent = []
rp2040.uart[0].onByte = (byte) => sent.push(byte)
const command = [...Buffer.from(asked.start, "hex")]
while (adc.row < asked.rows.length && clock.nanos < 30e9) {
  clock.tick((rp2040.core.executeInstruction() * 1e9) / HZ)
  if (clock.nanos >= due) {
    due += MS
    adc.convert()
    if (command.length && sent.length > 1 && sent.at(-1) === 0) rp2040.uart[0].feedByte(command.shift())
    else if (!command.length && adc.row < 0) adc.start()
  }
}
console.log(JSON.stringify({ sent: Buffer.from(sent).toString("hex"), seconds: clock.nanos / 1e9 }))
