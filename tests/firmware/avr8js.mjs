// The AVR image in avr8js, an ATmega328P by other people, with an ADS131M04 on its SPI that presents given counts.
//
// node avr8js.mjs AVR8JS < {"hex", "eeprom", "rows", "start", "samples"}: prints {"sent", "eeprom"}.
// A conversion after the start command presents the next row; its bytes come from the datasheet's frame format.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

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
const sent = []
usart.onByteTransmit = (byte) => sent.push(byte)

// --- the converter: registers, two conversions, frames of six 24-bit words, CRC-16/CCITT
const registers = new Map()
let response, held, frame, taken, selected = false, row = -1, ready = false
const reset = () => {
  registers.clear()
  for (const [at, value] of [[0, 0x2404], [1, 0x0500], [2, 0x0510], [3, 0x0f0e], [4, 0]]) registers.set(at, value)
  response = 0xff24
  held = []
}
const crc = (bytes) =>
  bytes.reduce((sum, byte) => {
    sum ^= byte << 8
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? ((sum << 1) ^ 0x1021) & 0xffff : sum << 1
    return sum
  }, 0xffff)
const word = (value) => [value >> 16, value >> 8, value].map((byte) => byte & 0xff)
const begin = () => {
  const bytes = [response << 8, ...(held[0] ?? [0, 0, 0, 0])].flatMap(word)
  frame = [...bytes, ...word(crc(bytes) << 8)]
  taken = []
}
const end = () => {
  if (taken.length !== 18) return
  held.shift()
  if (!held.length) portD.setPin(PIN.drdy, true)
  const command = (taken[0] << 8) | taken[1], value = (taken[3] << 8) | taken[4], at = (command >> 7) & 0x3f
  response = registers.get(1)
  if (command >> 13 === 5) response = registers.get(at) ?? 0
  if (command >> 13 === 3) {
    registers.set(at, value)
    if (at === 2) registers.set(1, (registers.get(1) & ~0x0700) | (value & 0x0300) | (registers.get(1) & value & 0x0400))
    response = 0x4000 | (at << 7)
    if (at === 3) settle()
  }
}
let due = PERIOD // the cycle of the next conversion
const settle = () => {
  due = cpu.cycles + 4 * PERIOD // another rate: the filter begins anew
  cpu.updateClockEvent(convert, due - cpu.cycles)
}
const convert = () => {
  due += PERIOD
  cpu.addClockEvent(convert, due - cpu.cycles)
  held.push(row < 0 ? [0, 0, 0, 0] : (asked.rows[row++] ?? [0, 0, 0, 0]))
  if (held.length > 2) held.shift()
  portD.setPin(PIN.drdy, true)
  portD.setPin(PIN.drdy, false)
}
const spi = new avr.AVRSPI(cpu, avr.spiConfig, HZ)
spi.onByte = (byte) => {
  const inStep = spi.spiMode === 2 && spi.dataOrder === "msbFirst" // avr8js numbers SPI mode 1 as 2
  const answer = selected && inStep ? (frame[taken.length] ?? 0xff) : 0xff
  if (selected) taken.push(byte)
  cpu.addClockEvent(() => spi.completeTransfer(answer), spi.transferCycles)
}
portB.addListener(() => {
  const high = (pin) => portB.pinState(pin) !== avr.PinState.Low
  if (!high(PIN.reset)) reset()
  if (selected === !high(PIN.select)) return
  selected = !selected
  selected ? begin() : end()
})
reset()
portD.setPin(PIN.drdy, true)
cpu.addClockEvent(convert, due)

// --- the conversation: the start command when the hello is out, then as long as there are rows
const command = [...Buffer.from(asked.start, "hex")]
while (row < asked.rows.length + 20 && cpu.cycles < 60 * HZ) {
  avr.avrInstruction(cpu)
  cpu.tick()
  if (!ready && sent.length > 1 && sent.at(-1) === 0 && cpu.cycles % PERIOD < PERIOD / 4) ready = true
  if (ready && command.length && usart.writeByte(command[0])) command.shift()
  if (ready && !command.length && row < 0 && !usart.rxBusy) row = 0
}
console.log(JSON.stringify({ sent: Buffer.from(sent).toString("hex"), eeprom: Buffer.from(memory.memory).toString("hex") }))
