// An ADS131M04 from its datasheet, for emulators of other people's: registers, two conversions, frames of
// six 24-bit words, CRC-16/CCITT. `drdy(level)` moves its pin; a conversion after start() presents the next row.
const crc = (bytes) =>
  bytes.reduce((sum, byte) => {
    sum ^= byte << 8
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? ((sum << 1) ^ 0x1021) & 0xffff : sum << 1
    return sum
  }, 0xffff)
const word = (value) => [value >> 16, value >> 8, value].map((byte) => byte & 0xff)

export class Ads131m04 {
  constructor(rows, drdy, settle) {
    Object.assign(this, { rows, drdy, settle, row: -1, selected: false, registers: new Map() })
    this.reset()
    drdy(true)
  }
  reset() {
    for (const [at, value] of [[0, 0x2404], [1, 0x0500], [2, 0x0510], [3, 0x0f0e], [4, 0]]) this.registers.set(at, value)
    this.response = 0xff24
    this.held = []
  }
  start() { this.row = 0 }
  convert() {
    this.held.push(this.row < 0 ? [0, 0, 0, 0] : (this.rows[this.row++] ?? [0, 0, 0, 0]))
    if (this.held.length > 2) this.held.shift()
    this.drdy(true)
    this.drdy(false)
  }
  select(on) {
    if (this.selected === on) return
    this.selected = on
    if (!on) return this.end()
    const bytes = [this.response << 8, ...(this.held[0] ?? [0, 0, 0, 0])].flatMap(word)
    this.frame = [...bytes, ...word(crc(bytes) << 8)]
    this.taken = []
  }
  exchange(byte, inStep) {
    const answer = this.selected && inStep ? (this.frame[this.taken.length] ?? 0xff) : 0xff
    if (this.selected) this.taken.push(byte)
    return answer
  }
  end() {
    const { taken, registers } = this
    if (taken.length !== 18) return
    this.held.shift()
    if (!this.held.length) this.drdy(true)
    const command = (taken[0] << 8) | taken[1], value = (taken[3] << 8) | taken[4], at = (command >> 7) & 0x3f
    this.response = registers.get(1)
    if (command >> 13 === 5) this.response = registers.get(at) ?? 0
    if (command >> 13 !== 3) return
    registers.set(at, value)
    if (at === 2) registers.set(1, (registers.get(1) & ~0x0700) | (value & 0x0300) | (registers.get(1) & value & 0x0400))
    this.response = 0x4000 | (at << 7)
    if (at === 3) this.settle() // another rate: the filter begins anew
  }
}
