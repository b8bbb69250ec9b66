// A small host from docs/protocol.md alone: node host.mjs vectors FILE | node host.mjs stream PORT SAMPLES
import { readFileSync } from "node:fs"
import { connect } from "node:net"

const crc16 = (bytes) => {
  let crc = 0xffff
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) crc = ((crc << 1) ^ ((crc >> 15) ^ ((byte >> bit) & 1) ? 0x1021 : 0)) & 0xffff
  return crc
}
const encode = (payload) => {
  const bytes = [...payload, crc16(payload) & 0xff, crc16(payload) >> 8], frame = []
  for (let from = 0; from <= bytes.length; ) {
    const zero = bytes.indexOf(0, from), to = zero < 0 ? bytes.length : zero
    frame.push(to - from + 1, ...bytes.slice(from, to))
    from = to + 1
  }
  return Buffer.from([...frame, 0])
}
const decode = (frame) => { // without its delimiter; null where it is not sound
  const bytes = []
  for (let at = 0; at < frame.length; ) {
    const code = frame[at], run = frame.slice(at + 1, at + code)
    if (run.length !== code - 1) return null
    at += code
    bytes.push(...run, ...(code < 255 && at < frame.length ? [0] : []))
  }
  const payload = Buffer.from(bytes.slice(0, -2))
  return bytes.length > 2 && crc16(payload) === (bytes.at(-2) | (bytes.at(-1) << 8)) ? payload : null
}

function checkVectors(file) {
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line && line[0] !== "#")
  const wrong = lines.filter((line) => {
    const [, payload, frame] = line.split(" ")
    return !decode([...Buffer.from(frame, "hex")].slice(0, -1))?.equals(Buffer.from(payload, "hex")) ||
      !encode([...Buffer.from(payload, "hex")]).equals(Buffer.from(frame, "hex"))
  })
  console.log(JSON.stringify({ vectors: lines.length, wrong: wrong.map((line) => line.split(" ")[0]) }))
}

function stream(port, samples) {
  const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.concat([Buffer.from([0]), encode([0x81, 1])])))
  const told = { board: "", next: 0, lost: 0, bad: 0, counts: [] }
  let received = [], stopping = 0
  const handlers = {
    0x01: (p) => { // it may come twice, and a second start would begin the stream again
      if (!told.board) socket.write(encode([0x82, 2]))
      told.board = p.toString("utf8", 16, 16 + p[15])
    },
    0x03: (p) => { // four channels of 24 bits, as the hello says of this device
      told.lost += p.readUInt32LE(2) - told.next
      for (let i = 0; i < 4 * p[11]; i++) told.counts.push(p.readIntLE(12 + 3 * i, 3))
      told.next = p.readUInt32LE(2) + p[11]
      if (told.next >= samples && !stopping) socket.write(encode([0x83, (stopping = 3)]))
    },
    0x05: (p) => { if (p[1] === 3) { console.log(JSON.stringify(told)); socket.destroy() } },
  }
  socket.on("data", (data) => {
    for (const byte of data) {
      if (byte !== 0) { received.push(byte); continue }
      const payload = received.length ? decode(received) : undefined
      if (payload) handlers[payload[0]]?.(payload)
      else if (payload === null) told.bad++
      received = []
    }
  })
}

if (process.argv[2] === "vectors") checkVectors(process.argv[3])
else stream(Number(process.argv[3]), Number(process.argv[4]))
