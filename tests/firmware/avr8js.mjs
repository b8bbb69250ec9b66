// The AVR image in avr8js, an ATmega328P by other people, with an ADS131M04 on its SPI that presents given counts.
//
// node avr8js.mjs AVR8JS < {"hex", "eeprom", "rows", "start", "samples"}: prints {"sent", "eeprom"}.
// A conversion after the start command presents the next row; its bytes come from the datasheet's frame format.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Ads131m04 } from "./ads131m04.mjs"

const avr = createRequire(import.meta.url)(process.argv[2])
const asked = JSON.parse(readFileSync(0, "utf8"))
const HZ = 16e6, PERIOD = 16000, PIN = { drdy: 2, reset: 1, select: 2 } // D2; D9 and D10 are B1 and B2

const program = new Uint8Array(32768).fill(0xff)
for (const line of asked.hex.split(/\s+/).filter((l) => l.startsWith(":") && l.slice(7, 9) === "00")) {
  const bytes = Buffer.from(line.slice(1), "hex")
  program.set(bytes.subarray(4, 4 + bytes[0]), bytes.readUInt16BE(1))
}
const cpu = new avr.CPU(new Uint16Array(program.buffer))
const [portB, , portD] = [avr.portBConfig, avr.portCConfig, avr.portDConfig].map((c) => new avr.AVRIOPort(cpu, c))
new avr.AVRTimer(cpu, avr.timer0Config)
new avr.AVRTimer(cpu, avr.timer2Config)
new avr.AVRADC(cpu, avr.adcConfig)
new avr.AVRWatchdog(cpu, avr.watchdogConfig, new avr.AVRClock(cpu, HZ))
const memory = new avr.EEPROMMemoryBackend(1024)
memory.memory.set(Buffer.from(asked.eeprom, "hex"))
new avr.AVREEPROM(cpu, memory)
const usart = new avr.AVRUSART(cpu, avr.usart0Config, HZ)
let ready = false
const sent = []
usart.onByteTransmit = (byte) => sent.push(byte)

// --- the converter
let due = PERIOD // the cycle of the next conversion
const settle = () => {
  due = cpu.cycles + 4 * PERIOD
  cpu.updateClockEvent(convert, due - cpu.cycles)
}
const convert = () => {
  due += PERIOD
  cpu.addClockEvent(convert, due - cpu.cycles)
  adc.convert()
}
const adc = new Ads131m04(asked.rows, (level) => portD.setPin(PIN.drdy, level), settle)
const spi = new avr.AVRSPI(cpu, avr.spiConfig, HZ)
spi.onByte = (byte) => {
  const inStep = spi.spiMode === 2 && spi.dataOrder === "msbFirst" // avr8js numbers SPI mode 1 as 2
  const answer = adc.exchange(byte, inStep)
  cpu.addClockEvent(() => spi.completeTransfer(answer), spi.transferCycles)
}
portB.addListener(() => {
  const high = (pin) => portB.pinState(pin) !== avr.PinState.Low
  if (!high(PIN.reset)) adc.reset()
  adc.select(!high(PIN.select))
})
cpu.addClockEvent(convert, due)

// --- the conversation: the start command when the hello is out, then as long as there are rows
const command = [...Buffer.from(asked.start, "hex")]
while (adc.row < asked.rows.length + 20 && cpu.cycles < 60 * HZ) {
  avr.avrInstruction(cpu)
  cpu.tick()
  if (!ready && sent.length > 1 && sent.at(-1) === 0 && cpu.cycles % PERIOD < PERIOD / 4) ready = true
  if (ready && command.length && usart.writeByte(command[0])) command.shift()
  if (ready && !command.length && adc.row < 0 && !usart.rxBusy) adc.start()
}
console.log(JSON.stringify({ sent: Buffer.from(sent).toString("hex"), eeprom: Buffer.from(memory.memory).toString("hex") }))
